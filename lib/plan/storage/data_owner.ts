/**
 * The owner of a directory's `data` that was there before its container: a stranger to the container could neither read
 * nor write what it keeps.
 *
 * @module
 */
import { join } from "@std/path";
import { refuse } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import { originOf } from "../../config/load/origins.ts";
import type { IdMapping } from "../../instance/settings/settings.ts";
import type { DeviceOwner } from "../instance/idmap.ts";
import type { Layout } from "./layout.ts";
import type { Target, World } from "../world.ts";

/** The first id that no user of a machine has. */
const MAPPED = 65536;

/**
 * Refuses a `data` of the conventions of directories whose owner the container has no user for.
 *
 * @param findOwner called only where there is such a directory
 */
export function refuseForeignData(
  { instance, loaded }: Target,
  layout: Layout,
  world: World,
  findOwner: () => DeviceOwner,
): void {
  const { directory } = loaded;
  // An entry of the user for the same directory is used unchanged.
  if (!directory || originOf(loaded, "devices.data")?.file !== join(directory.shown, "data")) return;
  const place = directory.data ?? `${directory.path}/data`;
  const device = layout.devices.find((one) => one.source === place && one.name === "data" && !one.shift);
  const info = device?.in ? world.paths.get(place) : undefined;
  if (info?.kind !== "directory") return;
  const own = findOwner();
  if (own.uid === 0) return;
  const uid = isKnown(info.uid, instance.settings.idmap.filter(({ kind }) => kind !== "gid"));
  const gid = isKnown(info.gid, instance.settings.idmap.filter(({ kind }) => kind !== "uid"));
  if (uid && gid) return;
  const [what, id, kind] = uid ? ["group", info.gid, "gid"] as const : ["user", info.uid, "uid"] as const;
  const root = id === 0;
  const mapping = uid ? `gid ${id} ${id}` : info.uid === info.gid ? `${id} ${id}` : `${kind} ${id} ${id}`;
  throw refuse(
    `Cannot give "${place}" to instance "${instance.name}"`,
    `it belongs to ${what} ${id} of the machine, for whom the container has no ${what}`,
    [
      ...(root ? [] : [
        `To let the container have that ${what}: idmap: ["${mapping}"] in the configuration, and root:${id}:1 in ` +
        `${mapping.startsWith(`${id}`) ? "/etc/subuid and /etc/subgid" : `/etc/sub${kind}`} of the machine`,
      ]),
      `If its files have the ids of a container, as in a copy or an archive of one: lxops shiftids -u ${own.uid} -g ` +
      `${own.gid} ${quote(place)}`,
      `If it is empty: chown -h ${own.uid}:${own.gid} -- ${quote(place)}`,
    ],
  );
}

/**
 * Tells whether a container has a user or group for an id of the machine. Whatever the daemon maps containers to lies
 * above the users of a machine.
 */
function isKnown(id: number, idmap: readonly IdMapping[]): boolean {
  return id >= MAPPED || idmap.some(({ host }) => id >= host.first && id <= host.last);
}
