/**
 * Ids of the host that a container's ids are mapped to.
 *
 * @module
 */
import type { Owner } from "../../instance/instance.ts";
import { usable } from "../../instance/parts.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { objectKey, type Target, type World } from "../world.ts";

/** Owner of new device directories. */
export interface DeviceOwner extends Owner {
  /** Only the daemon knows for certain, once the instance exists. */
  readonly assumed: boolean;
}

/**
 * Returns the owner of a target's new device directories: `device-owner` where the configuration has it; root
 * for a privileged container and for a virtual machine, whose ids are not mapped; otherwise the id that the
 * daemon maps the container's root to, as the instance itself, another container, or the machine's files
 * tell.
 *
 * @param config the instance's configuration with that of its profiles
 */
export function deviceOwner(
  target: Target,
  world: World,
  config: Readonly<Record<string, string>>,
  vm: boolean,
): DeviceOwner {
  const { instance } = target;
  usable(instance, "owner");
  if (instance.owner) return { ...instance.owner, assumed: false };
  if (vm || isTrue(config["security.privileged"])) return { uid: 0, gid: 0, assumed: false };
  const existing = world.instances.get(objectKey(instance.project, instance.name));
  const own = existing && mappedRoot(existing);
  if (own) return { ...own, assumed: false };
  const [likely = world.idmapBase] = likelyRoots(world, config);
  return { ...likely, assumed: true };
}

/**
 * Lists who a run that was cut off before the daemon mapped the container's root may have given its directories to;
 * none where that is known beforehand, as for `deviceOwner()`.
 */
export function earlierOwners(
  { instance }: Target,
  world: World,
  config: Readonly<Record<string, string>>,
  vm: boolean,
): readonly Owner[] {
  if (instance.owner || vm || isTrue(config["security.privileged"])) return [];
  const byText = likelyRoots(world, config).map((owner) => [`${owner.uid}:${owner.gid}`, owner] as const);
  return [...new Map(byText).values()];
}

/**
 * Lists possible owners for a container's root whose map the daemon has not chosen yet, the likeliest first.
 */
function likelyRoots(world: World, config: Readonly<Record<string, string>>): readonly Owner[] {
  if (isTrue(config["security.idmap.isolated"])) return [world.idmapBase];
  const others = [...world.instances.values()].filter(({ expandedConfig }) =>
    !isTrue(expandedConfig["security.privileged"]) && !isTrue(expandedConfig["security.idmap.isolated"])
  );
  return [...others.flatMap((other) => mappedRoot(other) ?? []), world.idmapBase];
}

/** Tells whether a value of the daemon's configuration is true, as both daemons read it. */
export function isTrue(text: string | undefined): boolean {
  return /^(true|1|yes|on)$/i.test(text ?? "");
}

/** Returns the host ids of an instance's root; `undefined` where the daemon does not tell. */
export function hostRoot(info: InstanceInfo): Owner | undefined {
  const unmapped = info.type === "virtual-machine" || isTrue(info.expandedConfig["security.privileged"]);
  return mappedRoot(info) ?? (unmapped ? { uid: 0, gid: 0 } : undefined);
}

/** Mapping of a container's ids to ids of the host. */
export type HostIds =
  | { readonly kind: "same" }
  /** All of them, so many further. */
  | { readonly kind: "offset"; readonly uid: number; readonly gid: number }
  | { readonly kind: "ranges"; readonly ranges: readonly IdRange[] };

/** Range of an instance's id map. */
export interface IdRange {
  readonly uid: boolean;
  readonly gid: boolean;
  /** First id in the container. */
  readonly from: number;
  /** First id on the host. */
  readonly to: number;
  readonly count: number;
}

/** Returns the host ids of an instance's ids; `undefined` where the daemon does not tell. */
export function hostIds(info: InstanceInfo): HostIds | undefined {
  if (isTrue(info.expandedConfig["security.privileged"])) return { kind: "same" };
  for (const entries of idmaps(info)) {
    const ranges = entries.flatMap((entry): IdRange[] => {
      const { Isuid, Isgid, Nsid, Hostid, Maprange } = entry as Record<string, unknown>;
      if (typeof Nsid !== "number" || typeof Hostid !== "number" || typeof Maprange !== "number") return [];
      return [{ uid: Isuid === true, gid: Isgid === true, from: Nsid, to: Hostid, count: Maprange }];
    });
    if (ranges.length > 0) return { kind: "ranges", ranges };
  }
  return undefined;
}

/** Yields the maps of an instance's `volatile.*` keys, the decisive one first. */
function* idmaps(info: InstanceInfo): Generator<readonly unknown[]> {
  for (const key of ["volatile.idmap.current", "volatile.idmap.next", "volatile.last_state.idmap"]) {
    const text = info.config[key];
    if (!text) continue;
    try {
      const entries: unknown = JSON.parse(text);
      if (Array.isArray(entries)) {
        yield entries.filter((entry) => typeof entry === "object" && entry !== null);
      }
    } catch {
      // Another key may be readable.
    }
  }
}

/**
 * Returns the host ids of an instance's root from its `volatile.*` keys; `undefined` where they have none.
 */
export function mappedRoot(info: InstanceInfo): Owner | undefined {
  for (const entries of idmaps(info)) {
    const root = (kind: "Isuid" | "Isgid"): unknown =>
      (entries as readonly Record<string, unknown>[]).find((entry) =>
        entry[kind] === true && entry["Nsid"] === 0
      )
        ?.["Hostid"];
    const [uid, gid] = [root("Isuid"), root("Isgid")];
    if (typeof uid === "number" && typeof gid === "number") return { uid, gid };
  }
  return undefined;
}

/**
 * Returns the first id of root's range, as the daemons choose it from the text of `/etc/subuid` or
 * `/etc/subgid`: the first range of at least 65536 ids, or else 1000000.
 */
export function subordinateBase(text: string | undefined): number {
  for (const line of text?.split("\n") ?? []) {
    const [name, first, count] = line.trim().split(":");
    if ((name === "root" || name === "0") && Number(count) >= 65536 && Number.isSafeInteger(Number(first))) {
      return Number(first);
    }
  }
  return 1000000;
}

/** Returns the setting that gives a new isolated container the host ids of the old one. */
export function idmapBase(info: InstanceInfo): Readonly<Record<string, string>> {
  const base = presentBase(info);
  return isTrue(info.expandedConfig["security.idmap.isolated"]) && info.type !== "virtual-machine" &&
      base !== undefined
    ? { "security.idmap.base": base }
    : {};
}

/** Returns the first host id of an isolated container, where it is known. */
export function presentBase({ config, expandedConfig }: InstanceInfo): string | undefined {
  return expandedConfig["security.idmap.base"] || config["volatile.idmap.base"] || undefined;
}
