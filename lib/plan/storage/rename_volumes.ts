/**
 * How an instance's volumes get the names that its configuration gives them under another name.
 *
 * @module
 */
import type { Step } from "../../step/step.ts";
import { ownUsers } from "./destroy_volumes.ts";
import { renameVolume } from "../requests/volumes.ts";
import { isMarked, type TargetVolume, volumesOf, volumeUsers } from "./kinds/volumes.ts";
import type { Described, PlanOptions, World } from "../world.ts";

/** What renames volumes, and what is in the way. */
export interface VolumeMoves {
  readonly steps: readonly Step[];
  readonly problems: readonly string[];
}

/** Plans the renames; one that an earlier run has done, or that has nothing to do, is none. */
export function moveVolumes(
  target: Described,
  renamed: Described,
  world: World,
  options: Pick<PlanOptions, "adopt"> & { readonly resume: boolean },
): VolumeMoves {
  const after = new Map(volumesOf(renamed, world).map((one) => [one.id, one]));
  const steps: Step[] = [];
  const problems: string[] = [];
  const moved = new Set<string>();
  for (const from of volumesOf(target, world)) {
    const to = after.get(from.id);
    if (!to || to.path === from.path || moved.has(from.path)) continue;
    moved.add(from.path);
    if (!from.info) {
      if (to.info && !options.resume) problems.push(`"${to.path}" exists`);
      continue;
    }
    problems.push(...reasons(from, to, options), ...others(target, renamed, from, world));
    steps.push({
      title: `Rename ${from.path} to ${to.path}`,
      effect: { kind: "send", ...renameVolume(from.ref, to.ref.name) },
      undo: { kind: "send", ...renameVolume(to.ref, from.ref.name) },
    });
  }
  return { steps, problems };
}

function reasons(from: TargetVolume, to: TargetVolume, options: Pick<PlanOptions, "adopt">): string[] {
  return [
    ...(to.info ? [`"${to.path}" exists`] : []),
    ...(from.ref.pool === to.ref.pool ? [] : [`"${from.path}" cannot move to another pool, "${to.path}"`]),
    ...(options.adopt || isMarked(from.info!)
      ? []
      : [`"${from.path}" was not made by lxops (--adopt renames it)`]),
  ];
}

function others(target: Described, renamed: Described, from: TargetVolume, world: World): string[] {
  const [before, later] = [ownUsers(target), ownUsers(renamed)];
  const mine = {
    instances: [...before.instances, ...later.instances],
    profiles: [...before.profiles, ...later.profiles],
  };
  return volumeUsers(from, world, mine).map((who) => `${who} ("${from.path}")`);
}
