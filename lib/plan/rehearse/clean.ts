/**
 * Plans the removal of what a rehearsal made.
 *
 * @module
 */
import { send } from "../../step/build.ts";
import { run } from "../../step/build.ts";
import type { InstancePlan } from "../../step/step.ts";
import { zfsDestroySnapshot } from "../commands/zfs.ts";
import { planDestroy } from "../lifecycle/delete.ts";
import { deleteProfile } from "../requests/instances.ts";
import { deleteNetwork } from "../requests/networks.ts";
import { objectKey, type PlanOptions, type World } from "../world.ts";
import { rehearsalSnapshots } from "./copy.ts";
import type { Stage } from "./stage.ts";

/** Plans that a copy goes, with its profile, data, snapshots and network. */
export function planClean(
  stage: Stage,
  world: World,
  { hasNetwork, ...options }: PlanOptions & { readonly hasNetwork: boolean },
): InstancePlan {
  const { project } = stage.copy.instance;
  const { steps, instance } = planDestroy(stage.copy, world, { ...options, force: true, adopt: true });
  const snapshots = rehearsalSnapshots(stage).filter((one) => {
    const [dataset = "", name = ""] = one.split("@");
    return world.zfsSnapshots.get(dataset)?.some((it) => it.name === name);
  });
  return {
    instance,
    steps: [
      ...steps,
      ...snapshots.map((one) => run(`Destroy snapshot ${one}`, zfsDestroySnapshot(one))),
      ...(hasNetwork ? [send(`Delete network ${stage.network}`, deleteNetwork(project, stage.network))] : []),
      ...(world.profiles.has(objectKey(project, stage.note))
        ? [send(`Forget the rehearsal of ${stage.source.instance.name}`, deleteProfile(project, stage.note))]
        : []),
    ],
  };
}
