/**
 * Filesystems that are volumes of the daemon, and the instances and profiles that use them.
 *
 * A volume of lxops carries a mark. A volume without it is not lxops' own, whatever its name.
 *
 * @module
 */
import { parseApiPath } from "../../../base/api.ts";
import type { InstanceFilesystem, VolumePlace } from "../../../instance/instance.ts";
import type { Devices, InstanceInfo, InstanceRef, VolumeInfo, VolumeRef } from "../../../ports/mod.ts";
import type { Fact } from "../../../step/facts.ts";
import { partialOf } from "../../commands/copy.ts";
import { CONFIG_MARK, hasMark } from "../../instance/ownership.ts";
import { isKnownNameOf } from "../../instance/reserved_names.ts";
import { type Described, named, objectKey, refOf, type World } from "../../world.ts";
import type { DaemonKindName } from "./kind.ts";

/** A filesystem of a target that is a volume. */
export interface TargetVolume extends InstanceFilesystem {
  readonly kind: DaemonKindName;
  readonly volume: VolumePlace;
  readonly ref: VolumeRef;
  /** The volume as the daemon describes it; absent where it does not exist. */
  readonly info?: VolumeInfo;
}

/** Returns the project whose volumes the instances of a project use. */
export function volumeProject(world: Pick<World, "volumeProjects">, project: string): string {
  return world.volumeProjects.has(project) ? project : "default";
}

/** Returns the key of a volume in a world, which is the same for all projects that share it. */
export function volumeKey(world: Pick<World, "volumeProjects">, { project, pool, name }: VolumeRef): string {
  return `volume:${volumeProject(world, project || "default")}/${pool}/${name}`;
}

/** Returns the fact that a volume exists, which is the same for all projects that share it. */
export function volumeFact(world: Pick<World, "volumeProjects">, ref: VolumeRef): Fact {
  return { kind: "volume", ...ref, project: volumeProject(world, ref.project || "default") };
}

/** Returns the volumes of a target, by the keys of its configuration. */
export function volumesOf(
  { instance }: Pick<Described, "instance">,
  world: Pick<World, "volumes" | "volumeProjects">,
): readonly TargetVolume[] {
  return instance.filesystems.flatMap((filesystem) => {
    const { kind, volume } = filesystem;
    if (kind !== "volume" || !volume) return [];
    const ref = { project: instance.project || "default", pool: volume.pool, name: volume.name };
    const info = world.volumes.get(volumeKey(world, ref));
    return [{ ...filesystem, kind, volume, ref, ...(info ? { info } : {}) }];
  });
}

/** Returns the volume to which another one is copied before the copy gets its name. */
export function partialVolume(ref: VolumeRef): VolumeRef {
  return { ...ref, name: partialOf(ref.name) };
}

/** Returns the volume to which a snapshot is copied while it is exported. */
export function exportVolume(ref: VolumeRef): VolumeRef {
  return { ...ref, name: `${ref.name}-lxops-export` };
}

/** Tells whether lxops created a volume. */
export function isMarked(info: VolumeInfo): boolean {
  return hasMark(info);
}

/** Returns the marks of a volume that a target's launch creates. */
export function volumeMarks({ instance }: Pick<Described, "instance">): Readonly<Record<string, string>> {
  return { [CONFIG_MARK]: instance.config.file };
}

/** Returns the keys of the volumes that an instance or profile of a project has as devices. */
export function attachedVolumes(
  world: Pick<World, "volumeProjects">,
  project: string,
  devices: Devices,
): readonly string[] {
  return Object.values(devices).flatMap(({ type, pool, source = "" }) => {
    if (type !== "disk" || !pool || source === "" || source.startsWith("/")) return [];
    return volumeKey(world, { project, pool, name: source.split("/")[0]! });
  });
}

/** Returns instances of any project that run with a volume, also read-only. */
export function runningWith({ ref }: TargetVolume, world: World): readonly InstanceInfo[] {
  const key = volumeKey(world, ref);
  return [...world.instances.values()].filter((info) =>
    info.status !== "Stopped" && attachedVolumes(world, info.project, info.expandedDevices).includes(key)
  );
}

/**
 * Returns users of a volume other than some instances, also under the names that they have during a rebuild, and
 * profiles, as reasons not to touch it: instances and profiles of
 * all projects that were observed, and those that the daemon lists for the volume.
 */
export function volumeUsers(
  { ref, info }: TargetVolume,
  world: World,
  mine: { readonly instances: readonly InstanceRef[]; readonly profiles: readonly InstanceRef[] },
): readonly string[] {
  const key = volumeKey(world, ref);
  const profiles = mine.profiles.map(({ project, name }) => objectKey(project, name));
  const isMine = (project: string, name: string) =>
    mine.instances.some((ref) =>
      (ref.project || "default") === project && isKnownNameOf({ project, name }, ref.name, world)
    );
  const home = mine.instances[0]?.project ?? ref.project;
  const found = new Set<string>();
  for (const one of world.instances.values()) {
    if (
      isMine(one.project, one.name) || !attachedVolumes(world, one.project, one.expandedDevices).includes(key)
    ) {
      continue;
    }
    found.add(`instance ${named(one, home)} has it`);
  }
  for (const [id, one] of world.profiles) {
    if (profiles.includes(id) || !attachedVolumes(world, one.project, one.devices).includes(key)) continue;
    found.add(`profile "${one.name}" has it`);
  }
  for (const path of info?.usedBy ?? []) {
    const { parts: [kind = "", name = ""], project } = parseApiPath(path);
    const id = objectKey(project, name);
    const own = kind === "instances" ? isMine(project, name) : kind === "profiles" && profiles.includes(id);
    if (own) continue;
    found.add(
      kind === "instances" || kind === "profiles"
        ? `${kind.slice(0, -1)} ${named({ project, name }, home)} has it`
        : `${path} has it`,
    );
  }
  return [...found];
}

/** Returns the instance and the profiles that may use a target's volumes: its own. */
export function ownUsers({ instance }: Pick<Described, "instance">) {
  const ref = refOf(instance);
  const profiles = [...new Set([ref.project, "default"])];
  return {
    instances: [ref],
    // A project without profiles of its own has those of the default one.
    profiles: profiles.map((project): InstanceRef => ({ project, name: instance.ownProfile })),
  };
}
