/**
 * Checks that ports of the host are free.
 *
 * @module
 */
import type { Issue } from "../../base/errors.ts";
import { listenerOf, overlap, portText } from "../../instance/settings/ports.ts";
import type { Port } from "../../instance/settings/settings.ts";
import type { Devices, InstanceInfo } from "../../ports/mod.ts";
import { isRunning } from "../instance/ownership.ts";
import { isNameOf } from "../instance/reserved_names.ts";
import { named, objectKey, problem, type Target, type World } from "../world.ts";

/** An address of the host that something listens at. */
type Listening = Pick<Port, "address" | "protocol" | "published">;

/** Returns the addresses of the host that devices listen at. */
function listeningOf(devices: Devices): readonly Listening[] {
  return Object.values(devices).flatMap((device) => {
    const found = listenerOf(device);
    return found?.ranges.map((published) => ({ ...found, published })) ?? [];
  });
}

/** Returns the addresses at which a target's instance listens, with the keys in its configuration. */
function wantedOf(target: Target): readonly (Listening & { readonly key: string; readonly nat: boolean })[] {
  return target.instance.settings.devices.flatMap(({ key, name, device }) =>
    listeningOf({ [name]: device }).map((one) => ({ ...one, key, nat: device["nat"] === "true" }))
  );
}

/** Finds ports of the host that are not free, and those that another instance would need when it starts. */
export function portIssues(
  target: Target,
  world: World,
): { readonly issues: readonly Issue[]; readonly notes: readonly string[] } {
  const wanted = wantedOf(target);
  if (wanted.length === 0) return { issues: [], notes: [] };
  const { project, name } = target.instance;
  const isOwn = (info: InstanceInfo) => info.project === (project || "default") && isNameOf(info, name);
  const own = [...world.instances.values()].filter(isOwn);
  const others = [...world.instances.values()].filter((info) =>
    !isOwn(info) && (!info.location || !own[0]?.location || info.location === own[0].location)
  ).map((info) => ({ info, listening: listeningOf(info.expandedDevices) })).filter(({ listening }) =>
    listening.length > 0
  );
  const mine = own.filter(isRunning).flatMap((info) => listeningOf(info.expandedDevices));
  const notes: string[] = [];
  const issues = wanted.flatMap((port): Issue[] => {
    const taken = (
      message: string,
    ) => [problem(target, port.key, `Port ${portText(port)} of the host ${message}`)];
    const other = others.filter(({ listening }) => listening.some((one) => overlap(one, port)))
      .sort((a, b) => Number(isRunning(b.info)) - Number(isRunning(a.info)))[0];
    const who = other && named(other.info, project);
    if (other && isRunning(other.info)) return taken(`is that of instance ${who}`);
    if (other) {
      notes.push(`Port ${portText(port)} of the host is also that of instance ${who}, which does not run`);
    }
    const sibling = [...world.settings?.wanted ?? []].find(([key, { ports }]) =>
      key !== objectKey(project, name) && ports.some((one) => overlap(one, port))
    );
    if (sibling) return taken(`is also that of "${sibling[0].replace(/^[^/]*\//, "")}" of the same command`);
    const isTaken = !port.nat && !mine.some((one) => overlap(one, port)) &&
      world.settings?.listeners?.some(({ address, protocol, port: number }) =>
        overlap({ address, protocol, published: { first: number, last: number } }, port)
      );
    return isTaken ? taken("is in use: another program listens there") : [];
  });
  return { issues, notes };
}
