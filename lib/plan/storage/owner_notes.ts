/**
 * Device directories that belong to the machine's root, and not to the container's. A run of an older version that was
 * cut off may have left them so, or they were there before their first container.
 *
 * @module
 */
import type { Owner } from "../../instance/instance.ts";
import { quote } from "../../base/shell.ts";
import { directoriesBelow, type Layout } from "./layout.ts";
import { HOST_KINDS } from "./kinds/mod.ts";
import type { DeviceOwner } from "../instance/idmap.ts";
import type { Target, World } from "../world.ts";

/** Returns existing directories that lxops would have given to the container's root. */
function existing(layout: Layout): readonly string[] {
  const found = new Set<string>();
  for (const device of layout.devices) {
    if (!device.in || !device.in.exists || device.in.unowned || device.shift || device.readonly) continue;
    for (const path of directoriesBelow(device.in.directory, device.source)) found.add(path);
    if (device.source === device.in.directory) found.add(device.source);
  }
  return [...found].sort();
}

/** Returns existing directories that belong to an owner, also those of plain filesystems themselves. */
export function ownedBy(layout: Layout, world: World, { uid, gid }: Owner): readonly string[] {
  const tops = layout.filesystems.filter(({ kind, exists }) => exists && !HOST_KINDS[kind].create)
    .map(({ directory }) => directory);
  return [...new Set([...tops, ...existing(layout)])].sort().filter((path) => {
    const info = world.paths.get(path);
    return info?.kind === "directory" && info.uid === uid && info.gid === gid;
  });
}

/**
 * Notes existing directories that belong to the machine's root, with the command that gives them away. lxops does not
 * run it by itself, as the user may have set that owner.
 */
export function ownerNotes(
  { instance }: Target,
  layout: Layout,
  world: World,
  findOwner: () => DeviceOwner,
  { resume }: { readonly resume: boolean },
): readonly string[] {
  const paths = existing(layout).filter((path) => {
    const info = world.paths.get(path);
    return info?.kind === "directory" && info.uid === 0 && info.gid === 0 && (info.mode & 0o002) === 0;
  });
  if (paths.length === 0) return [];
  const { uid, gid, assumed } = findOwner();
  if (uid === 0) return [];
  const list = paths.map((path) => `"${path}"`).join(", ");
  const belong = paths.length === 1 ? "belongs" : "belong";
  const project = instance.project && instance.project !== "default"
    ? ` --project ${quote(instance.project)}`
    : "";
  const owner = assumed ? `"$(lxops instance idmap${project} ${quote(instance.name)})"` : `${uid}:${gid}`;
  const words = paths.map(quote).join(" ");
  const chown = `chown -h ${owner} -- ${words}`;
  const start = `${list} ${belong} to root of the machine, so that the container's root cannot write there. `;
  if (resume) return [`${start}If a run that was cut off left that: ${chown}`];
  const ids = assumed
    ? `-u UID -g GID ${words}, with the ids that "lxops instance idmap${project} ${
      quote(instance.name)
    }" prints`
    : `-u ${uid} -g ${gid} ${words}`;
  return [
    `${start}For an empty one: ${chown}; for one with the ids of a container, as a copy has: lxops shiftids ${ids}`,
  ];
}
