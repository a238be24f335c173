/**
 * The volumes that `destroy` takes, and what must not be lost with them. All is refused here, before the instance
 * is touched.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import type { Destruction } from "./destroy.ts";
import { describeVolume } from "./describe.ts";
import { swapNames } from "../instance/reserved_names.ts";
import { deleteVolume } from "../requests/volumes.ts";
import { isMarked, type TargetVolume, volumeFact, volumesOf, volumeUsers } from "./kinds/volumes.ts";
import { type Described, refOf, type Target, type World } from "../world.ts";

/** Who may have a target's volumes: its instance, also amid a swap, and its own profile. */
export function ownUsers({ instance }: Described) {
  const ref = refOf(instance);
  const names = [ref.name, ...swapNames(ref.name)];
  const profiles = [...new Set([ref.project, "default"])];
  return {
    instances: names.map((name): InstanceRef => ({ ...ref, name })),
    // A project without profiles of its own has those of the default one.
    profiles: profiles.map((project): InstanceRef => ({ project, name: instance.ownProfile })),
  };
}

/**
 * Plans the destruction of a target's volumes that say `destroy: true`.
 *
 * @throws {StateError} where lxops did not make one, or somebody else has it
 */
export function destroyVolumes(target: Target, world: World): Destruction {
  const there = volumesOf(target, world).filter(({ info }) => info);
  const doomed = [...new Map(there.filter(({ destroy }) => destroy).map((one) => [one.path, one])).values()];
  for (const volume of doomed) refuseUsed(target, volume, there, world);
  return {
    steps: doomed.map(({ path, ref }) => ({
      title: `Delete ${path}`,
      effect: { kind: "send", ...deleteVolume(ref) },
      removes: [volumeFact(world, ref)],
    })),
    notes: doomed.map(({ path, info }) => `destroys ${describeVolume(path, info!)}`),
  };
}

function refuseUsed(target: Target, volume: TargetVolume, all: readonly TargetVolume[], world: World): void {
  const { id, path, info } = volume;
  const twin = all.find((other) => other.path === path && !other.destroy);
  const reasons = [
    ...(info!.contentType === "filesystem" ? [] : [`it is of type "${info!.contentType}"`]),
    ...(isMarked(info!) ? [] : ["lxops did not make it (it has no user.lxops.* key)"]),
    ...(twin ? [`filesystem "${twin.id}" is the same, and does not say destroy: true`] : []),
    ...volumeUsers(volume, world, ownUsers(target)),
  ];
  if (reasons.length === 0) return;
  throw refuse(`Cannot destroy filesystem "${id}" (${path})`, reasons.join(", "), [
    'To keep it, take "destroy: true" from the configuration',
  ]);
}
