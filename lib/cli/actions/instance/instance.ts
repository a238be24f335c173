/**
 * The commands of `instance` that look at one instance.
 *
 * @module
 */
import { missing } from "../../../base/missing.ts";
import { compareTexts } from "../../../base/order.ts";
import { parseApiPath } from "../../../base/api.ts";
import { stringify } from "@std/yaml";
import { EXIT, ServerError } from "../../../base/errors.ts";
import { hostRoot } from "../../../plan/instance/idmap.ts";
import { consolePath, fullInstancePath, logPath, logsPath } from "../../../plan/requests/reads.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import { printable, printableJson, printableYaml } from "../../output/output.ts";
import type { App } from "../../command/app.ts";
import { missingInstance, type Place, placeOf, projectOf } from "../../shared/operands.ts";
import { type ListValues as ListForm, printList } from "../../output/listing.ts";
import { DISKS, HWADDR } from "../../results/instances.ts";

interface Values {
  readonly project: string;
}

interface ListValues extends Values, ListForm {}

/** Returns the instance at a place; throws where there is none. */
export async function infoOf({ app, ref }: Place): Promise<InstanceInfo> {
  const info = await (await app.server()).instance(ref);
  if (!info) throw await missingInstance({ app, ref });
  return info;
}

/** Runs `instance profiles`. */
export async function profiles(values: ListValues, [name]: readonly string[], app: App): Promise<number> {
  const info = await infoOf(await placeOf(app, name!, values.project));
  if (values.json) app.print(`${printableJson(info.profiles)}\n`);
  else app.print(info.profiles.map((profile) => `${printable(profile)}\n`).join(""));
  return EXIT.ok;
}

/** Runs `instance devices`. */
export async function devices(values: ListValues, [name]: readonly string[], app: App): Promise<number> {
  const info = await infoOf(await placeOf(app, name!, values.project));
  const rows = Object.entries(info.expandedDevices)
    .filter(([, device]) => device["type"] === "disk")
    .map(([name, device]) => ({
      source: device["source"] ?? "",
      path: device["path"] ?? "",
      name,
      readonly: device["readonly"] === "true",
    }))
    .sort((a, b) => compareTexts(a.source, b.source) || compareTexts(a.path, b.path));
  await printList(app, DISKS, rows, values);
  return EXIT.ok;
}

/** Returns the MAC addresses of all NICs of an instance, by the name of the device. */
export function hardwareAddresses(info: InstanceInfo): readonly { nic: string; hwaddr: string }[] {
  return Object.entries(info.expandedDevices)
    .filter(([, device]) => device["type"] === "nic")
    .map(([nic, device]) => ({
      nic,
      hwaddr: device["hwaddr"] ?? info.config[`volatile.${nic}.hwaddr`] ?? "",
    }))
    .sort((a, b) => compareTexts(a.nic, b.nic));
}

/** Runs `instance hwaddr`. */
export async function hwaddr(values: ListValues, names: readonly string[], app: App): Promise<number> {
  const infos = names.length > 0
    ? await Promise.all(names.map(async (name) => infoOf(await placeOf(app, name, values.project))))
    : await (await app.server()).instances(await projectOf(app, values.project));
  const rows = infos.flatMap((info) =>
    hardwareAddresses(info).map(({ nic, hwaddr }) => ({ hwaddr, name: info.name, nic }))
  );
  await printList(app, HWADDR, rows, values);
  return EXIT.ok;
}

/** Runs `instance info`. */
export async function info(values: ListValues, [name]: readonly string[], app: App): Promise<number> {
  const place = await placeOf(app, name!, values.project);
  const found = await (await place.app.server()).get(fullInstancePath(place.ref));
  if (found === undefined) throw await missingInstance(place);
  app.print(
    values.json
      ? `${printableJson(found)}\n`
      : printableYaml(found, (value) => stringify(value, { lineWidth: -1, useAnchors: false })),
  );
  return EXIT.ok;
}

/** Runs `instance logs`. */
export async function logs(
  values: Values & { readonly console: boolean },
  [name, file]: readonly string[],
  app: App,
): Promise<number> {
  const place = await placeOf(app, name!, values.project);
  const server = await place.app.server();
  if (!values.console && file === undefined) {
    const paths = await server.get(logsPath(place.ref));
    if (!Array.isArray(paths)) throw await missingInstance(place);
    app.print(
      paths.map((path) => `${parseApiPath(String(path)).name}\n`).join(""),
    );
    return EXIT.ok;
  }
  const content = await server.getBytes(
    values.console ? consolePath(place.ref) : logPath(place.ref, file!),
  );
  if (!content) {
    throw missing("log", file ?? "console", { where: ` of instance "${place.ref.name}"` });
  }
  await app.printBytes(content);
  return EXIT.ok;
}

/** Runs `instance idmap`. */
export async function idmap(values: Values, [name]: readonly string[], app: App): Promise<number> {
  const place = await placeOf(app, name!, values.project);
  const root = hostRoot(await infoOf(place));
  if (!root) {
    const title = place.app.backend.title;
    throw new ServerError(
      `${title} does not say to which host ids the root of "${place.ref.name}" is mapped`,
    );
  }
  app.print(`${root.uid}:${root.gid}\n`);
  return EXIT.ok;
}
