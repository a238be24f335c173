/**
 * The commands of `instance` that look at one instance.
 *
 * @module
 */
import { missing } from "../../../base/missing.ts";
import { compareTexts } from "../../../base/order.ts";
import { parseApiPath } from "../../../base/api.ts";
import { stringify } from "@std/yaml";
import { EXIT, ServerError, UsageError } from "../../../base/errors.ts";
import { hostRoot } from "../../../plan/instance/idmap.ts";
import { consolePath, fullInstancePath, logPath, logsPath } from "../../../plan/requests/reads.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import { printable, printableJson, printableYaml } from "../../output/output.ts";
import type { App } from "../../command/app.ts";
import { missingInstance, type Place, placeOf, projectOf } from "../../shared/operands.ts";
import { fitsName } from "../../shared/name_filter.ts";
import { isAskedFor, type ListValues as ListForm, printList, printResult } from "../../output/listing.ts";
import { DISKS, HWADDR, type IDMAP, LOG_FILES, PROFILES_OF } from "../../results/instances.ts";
import type { ValueOf } from "../../results/shape.ts";

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
export async function profiles(
  values: ListValues,
  [name, ...filters]: readonly string[],
  app: App,
): Promise<number> {
  const info = await infoOf(await placeOf(app, name!, values.project));
  const whole = info.profiles.filter((profile) => fitsName(profile, filters));
  await printResult(app, PROFILES_OF, {
    whole,
    rows: whole.map((profile) => ({ profile, position: info.profiles.indexOf(profile) + 1 })),
    text: () => whole.map((profile) => `${printable(profile)}\n`).join(""),
  }, values);
  return EXIT.ok;
}

/** Runs `instance devices`. */
export async function devices(
  values: ListValues,
  [name, ...filters]: readonly string[],
  app: App,
): Promise<number> {
  const info = await infoOf(await placeOf(app, name!, values.project));
  const rows = Object.entries(info.expandedDevices)
    .filter(([name, device]) => device["type"] === "disk" && fitsName(name, filters))
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
  values: ListValues & { readonly console: boolean },
  [name, file]: readonly string[],
  app: App,
): Promise<number> {
  const isList = !values.console && file === undefined;
  if (!isList && isAskedFor(values)) {
    throw new UsageError(
      "A log is printed unchanged; --json, --format and --columns are for the list of logs",
    );
  }
  const place = await placeOf(app, name!, values.project);
  const server = await place.app.server();
  if (isList) {
    const paths = await server.get(logsPath(place.ref));
    if (!Array.isArray(paths)) throw await missingInstance(place);
    const rows = paths.map((path) => ({ log: parseApiPath(String(path)).name }));
    await printList(app, LOG_FILES, rows, { ...values, bare: true });
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
export async function idmap(
  values: Values & { readonly json: boolean },
  [name]: readonly string[],
  app: App,
): Promise<number> {
  const place = await placeOf(app, name!, values.project);
  const root = hostRoot(await infoOf(place));
  if (!root) {
    const title = place.app.backend.title;
    throw new ServerError(
      `${title} does not say to which host ids the root of "${place.ref.name}" is mapped`,
    );
  }
  const whole: ValueOf<typeof IDMAP.shape> = { uid: root.uid, gid: root.gid };
  app.print(values.json ? `${printableJson(whole)}\n` : `${root.uid}:${root.gid}\n`);
  return EXIT.ok;
}
