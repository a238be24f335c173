/**
 * Plans the removal of what a rehearsal made.
 *
 * @module
 */
import type { InstanceRef } from "../../ports/mod.ts";
import { run, send } from "../../step/build.ts";
import type { InstancePlan } from "../../step/step.ts";
import { zfsDestroySnapshot } from "../commands/zfs.ts";
import { planDestroy } from "../lifecycle/delete.ts";
import { deleteProfile } from "../requests/instances.ts";
import { deleteAcl, deleteNetwork } from "../requests/networks.ts";
import { deleteVolume } from "../requests/volumes.ts";
import { FROZEN_MARK } from "../runs.ts";
import { unfreezeLeft } from "../storage/freeze.ts";
import { partialVolume, volumeKey, volumesOf } from "../storage/kinds/volumes.ts";
import { objectKey, type PlanOptions, refOf, type World } from "../world.ts";
import { rehearsalSnapshots } from "./snapshots.ts";
import type { Stage } from "./stage.ts";

/**
 * Plans that a copy goes, with its profile, data, snapshots and network, after the instance continues where that was left
 * frozen.
 */
export function planClean(
  stage: Stage,
  world: World,
  { hasNetwork, hasAcl, ...options }: PlanOptions & {
    readonly hasNetwork: boolean;
    readonly hasAcl: boolean;
  },
): InstancePlan {
  const { project } = stage.copy.instance;
  const { steps, instance } = planDestroy(stage.copy, world, { ...options, force: true, adopt: true });
  const snapshots = rehearsalSnapshots(stage).filter((one) => {
    const [dataset = "", name = ""] = one.split("@");
    return world.zfsSnapshots.get(dataset)?.some((it) => it.name === name);
  });
  const unfinished = volumesOf(stage.copy, world).map(({ ref }) => partialVolume(ref))
    .filter((volume) => world.volumes.has(volumeKey(world, volume)));
  return {
    instance,
    steps: [
      ...unfreezeLeft(world, [refOf(stage.source.instance)]),
      ...steps,
      ...unfinished.map((one) => send(`Delete the unfinished copy ${one.name}`, deleteVolume(one))),
      ...snapshots.map((one) => run(`Destroy snapshot ${one}`, zfsDestroySnapshot(one))),
      ...(hasNetwork ? [send(`Delete network ${stage.network}`, deleteNetwork(project, stage.network))] : []),
      ...(hasAcl ? [send(`Delete access list ${stage.network}`, deleteAcl(project, stage.network))] : []),
      ...(world.profiles.has(objectKey(project, stage.note))
        ? [
          send(
            `Remove the note of the rehearsal of ${stage.source.instance.name}`,
            deleteProfile(project, stage.note),
          ),
        ]
        : []),
    ],
  };
}

/** Returns a world in which an instance continues that was left frozen. */
export function unfrozen(world: World, ref: InstanceRef): World {
  const key = objectKey(ref.project, ref.name);
  const info = world.instances.get(key);
  if (!info || unfreezeLeft(world, [ref]).length === 0) return world;
  const { [FROZEN_MARK]: _mark, ...config } = info.config;
  const status = info.status === "Stopped" ? info.status : "Running";
  return { ...world, instances: new Map([...world.instances, [key, { ...info, status, config }]]) };
}
