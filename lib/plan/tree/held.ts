/**
 * Directories below a device of an instance, which can therefore replace them by a link.
 *
 * Links above such a device belong to the administrator, and lxops follows them. Below it, every component
 * must be a real directory, and no instance that could change it may run: neither a program with root's
 * rights nor the daemon, which follows links when it attaches a disk, may be led elsewhere.
 *
 * @module
 */
import { basename, dirname } from "@std/path";
import { isWithin } from "../../base/within.ts";
import type { InstanceInfo, InstanceRef, PathInfo } from "../../ports/mod.ts";
import { isNameOf } from "../instance/reserved_names.ts";
import type { World } from "../world.ts";
import { realPath } from "./paths.ts";

/** The part of a world that tells who can replace directories. */
export type HeldWorld = Pick<World, "instances" | "otherDaemon" | "paths" | "realPaths" | "backend">;

/** An instance that can write into a directory around something. */
export interface Holder {
  readonly info: InstanceInfo;
  /** Its device's directory, as its configuration names it. */
  readonly source: string;
  /** Kind of its daemon, where that is the other one. */
  readonly title?: string;
}

/** Lists the directories of the host that an instance can write to. */
export function writableSources({ expandedDevices }: InstanceInfo): readonly string[] {
  return Object.values(expandedDevices).flatMap(({ type, source = "", readonly }) =>
    type === "disk" && readonly !== "true" && source.startsWith("/") ? source : []
  );
}

/** Lists all directories that instances of both daemons can write to, with these instances. */
export function allHolders(
  { instances, otherDaemon }: Pick<World, "instances" | "otherDaemon">,
): readonly Holder[] {
  const own = [...instances.values()].flatMap((info) =>
    writableSources(info).map((source) => ({ info, source }))
  );
  const theirs = (otherDaemon?.instances ?? []).flatMap((info) =>
    writableSources(info).map((source) => ({ info, source, title: otherDaemon!.title }))
  );
  return [...own, ...theirs];
}

/** Returns a path and all directories above it, the outermost first. */
export function prefixes(path: string): readonly string[] {
  const found: string[] = [];
  if (!path.startsWith("/")) return found;
  for (let at = path; at !== "/" && at !== "."; at = dirname(at)) found.unshift(at);
  return found;
}

/** Returns the place of a path, whatever its name: its directory without links, and its own name. */
export function locationOf(path: string, world: Pick<World, "realPaths">): string {
  const parent = realPath(dirname(path), world);
  return `${parent === "/" ? "" : parent}/${basename(path)}`;
}

/**
 * Returns the first component of a path that an instance can replace, with that instance; nothing where there
 * is none.
 */
function exposed(path: string, holders: readonly Holder[], world: HeldWorld) {
  for (const at of prefixes(path)) {
    const location = locationOf(at, world);
    const around = holders.filter(({ source }) => {
      const real = realPath(source, world);
      return location !== real && isWithin(location, real);
    });
    if (around.length > 0) return { at, around };
  }
  return undefined;
}

/** Returns the components of paths that an instance can replace, which must be looked at. */
export function exposedComponents(paths: readonly string[], world: HeldWorld): readonly string[] {
  const holders = allHolders(world);
  if (holders.length === 0) return [];
  return paths.flatMap((path) => {
    const first = exposed(path, holders, world);
    return first ? prefixes(path).filter((one) => isWithin(one, first.at)) : [];
  });
}

/** Reason why a path is not safe to use, and the instance to stop where that helps. */
export interface Danger {
  readonly text: string;
  readonly cure: string;
}

/**
 * Finds out whether an instance could have placed a link at a path or above it, or still can.
 *
 * @param own the instance that it is for, which is not one of the others
 */
export function danger(path: string, world: HeldWorld, own?: InstanceRef): Danger | undefined {
  const holders = allHolders(world).filter(({ info, title }) =>
    title !== undefined || !own || info.project !== (own.project || "default") ||
    !isNameOf(info, own.name)
  );
  const first = exposed(path, holders, world);
  if (!first) return undefined;
  const running = first.around.find(({ info }) => info.status !== "Stopped" && info.status !== "Frozen");
  if (running) {
    const { info, source, title } = running;
    const who = `instance "${info.name}"${title ? ` of ${title}` : ""}`;
    const project = info.project === "default" ? "" : ` --project ${info.project}`;
    return {
      text: `"${path}" lies in "${source}", a device of ${who}, which runs and could put a link in its way`,
      cure: title
        ? `Stop "${info.name}" of ${title} first`
        : `Stop it first: lxops instance stop${project} ${info.name}`,
    };
  }
  for (const at of prefixes(path).filter((one) => isWithin(one, first.at))) {
    const found = world.paths.get(at);
    if (found && found.kind !== "directory") return link(at, found, first.around[0]!);
  }
  return undefined;
}

function link(at: string, { kind }: PathInfo, { info, source }: Holder): Danger {
  return {
    text:
      `"${at}" is a ${kind} in "${source}", where instance "${info.name}" can have made it, and not a directory; ` +
      "lxops does not follow it",
    cure: "See what it is, and put a directory in its place or remove it",
  };
}
