/**
 * Snapshots of the datasets of an instance, from which a rehearsal clones.
 *
 * @module
 */
import { run, runEffect } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { zfsDestroySnapshot, zfsSnapshot } from "../commands/zfs.ts";
import { freezeWriters } from "../storage/freeze.ts";
import { refOf, type World } from "../world.ts";
import type { Stage } from "./stage.ts";

/** Returns the snapshots of datasets that copies are clones of. */
export function rehearsalSnapshots({ source, random }: Stage): readonly string[] {
  return source.instance.filesystems.filter(({ kind, transient }) => kind === "dataset" && !transient)
    .map(({ path }) => `${path}@lxops-rehearsal-${random}`);
}

/** Plans the snapshots. An old ZFS takes one at a time, and the instance pauses for these. */
export function takeSnapshots(
  stage: Stage,
  world: World,
): { readonly steps: readonly Step[]; readonly pause: readonly Step[] } {
  const all = rehearsalSnapshots(stage);
  const apart = all.length > 1 && !world.zfsTakesSeveral;
  const groups = all.length === 0 ? [] : apart ? all.map((one) => [one]) : [all];
  const steps = groups.map((group) =>
    run(`Take snapshot${group.length === 1 ? "" : "s"} ${group.join(", ")}`, zfsSnapshot(group), {
      undo: group.map((one) => runEffect(zfsDestroySnapshot(one))),
    })
  );
  if (!apart) return { steps, pause: [] };
  const source = refOf(stage.source.instance);
  const places = all.flatMap((one) => world.datasets.get(one.split("@")[0]!)?.mountpoint ?? []);
  const { before, after } = freezeWriters(world, places, {
    own: [source],
    action: `rehearse with instance "${source.name}"`,
  });
  return { steps, pause: [...before, ...after] };
}
