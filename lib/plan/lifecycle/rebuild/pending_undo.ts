/**
 * The end of a return that was cut off before the data was put back.
 *
 * @module
 */
import { refuse } from "../../../base/errors.ts";
import { quote } from "../../../base/shell.ts";
import { send } from "../../../step/build.ts";
import type { InstancePlan } from "../../../step/step.ts";
import { hasGivenUp } from "../../instance/given_up.ts";
import { isRunning } from "../../instance/ownership.ts";
import { profileBack } from "./profile_note.ts";
import { pendingUndo } from "../../instance/spare.ts";
import { objectKey, type PlanOptions, refOf, type Target, type World } from "../../world.ts";
import { returned } from "./return.ts";
import { startStep } from "./swap.ts";
import { finishUndo, keepAdvice } from "../data/undo.ts";
import { deleteMade, leftovers } from "./unfinished_swap.ts";

/**
 * Plans the rest of the return of an old instance whose data was not restored yet; nothing where there is none.
 *
 * @param made new instances that never served
 * @throws {StateError} where it was not asked to go on, or the instance works with the data
 */
export function planPendingUndo(
  target: Target,
  world: World,
  { resume }: Pick<PlanOptions, "resume">,
): InstancePlan | undefined {
  const ref = refOf(target.instance);
  const found = world.instances.get(objectKey(ref.project, ref.name));
  const pending = found && pendingUndo(found);
  if (!pending) return undefined;
  const what = `An earlier rebuild of instance "${ref.name}" failed, and its data is yet to be put back`;
  const keep = keepAdvice(target, world);
  if (!resume) {
    throw refuse(what, `to snapshot "${pending.snapshot}"`, [
      "To do so: lxops rebuild --resume, and the same flags and file",
      ...keep,
    ]);
  }
  if (isRunning(found)) {
    throw refuse(what, "the instance runs, and may have written to it since", [
      `To put it back all the same: lxops instance stop ${quote(ref.name)}; then run the same command again`,
      ...keep,
    ]);
  }
  const { back, forget, end, notes } = finishUndo(target, world, ref, pending);
  return {
    instance: ref,
    steps: [
      ...back,
      // Before that, it must not be started.
      ...(hasGivenUp(found)
        ? returned(found, ref, pending.runs).map((request) =>
          send(`Allow instance ${ref.name} to start again`, request)
        )
        : [forget]),
      ...profileBack(found, ref, target, world),
      ...(pending.runs ? [startStep(ref)] : []),
      ...end,
      ...deleteMade(target, leftovers(target, world)?.made ?? []),
    ],
    patient: true,
    notes: [
      "The earlier rebuild failed; its data goes back. To rebuild the instance then, leave out --resume",
      ...notes,
    ],
  };
}
