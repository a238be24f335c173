/**
 * An instance that is stopped for something that must not happen while it runs, and started again.
 *
 * A run that is cut off leaves the instance stopped; a mark on it says that it is to run again, so that the next
 * run, which finds it stopped, starts it all the same.
 *
 * @module
 */
import type { InstanceInfo, InstanceRef } from "../../../ports/mod.ts";
import { send, sendEffect } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { isRunning } from "../ownership.ts";
import { refuseStandstill } from "../protection.ts";
import { patchInstance, startInstance } from "../../requests/instances.ts";
import { ownNote, RESTART_MARK } from "../../runs.ts";
import { stopStep } from "./stop.ts";
import type { World } from "../../world.ts";

/** Steps before and after. */
export interface Downtime {
  readonly before: readonly Step[];
  /** Sets the mark again, where something took it away in between. */
  readonly mark?: Step;
  readonly after: readonly Step[];
}

/** Plans a time in which an instance does not run; `later` is its name afterwards. */
export function downtime(
  info: InstanceInfo,
  stopSeconds: number,
  world: Pick<World, "thisRun"> = {},
  later?: InstanceRef,
): Downtime {
  const ref: InstanceRef = { project: info.project, name: info.name };
  const end = later ?? ref;
  const marked = info.config[RESTART_MARK] !== undefined && info.config[RESTART_MARK] !== "";
  const runs = isRunning(info);
  if (!runs && !marked) return { before: [], after: [] };
  refuseStandstill(info, "stop, and start again,");
  const mark = send(
    `Note that instance ${ref.name} must be started again`,
    patchInstance(ref, { config: { [RESTART_MARK]: ownNote(world) } }),
  );
  const unmark = sendEffect(patchInstance(ref, { config: { [RESTART_MARK]: "" } }));
  return {
    before: [
      ...(!marked
        ? [{ ...mark, undo: unmark, opens: { kind: "stop-note" as const, ...ref } }]
        // The note of an interrupted run stays, whatever the result of this run, and belongs to this run now.
        : world.thisRun === undefined
        ? []
        : [mark]),
      ...(runs
        ? [{
          ...stopStep(ref, stopSeconds),
          opens: { kind: "stop" as const, ...ref },
          notedBy: { kind: "stop-note" as const, ...ref },
        }]
        : []),
    ],
    mark,
    after: [
      send(`Start instance ${end.name}`, startInstance(end), {
        closes: { kind: "stop", ...ref },
        commits: true,
      }),
      send(
        `Remove the note that instance ${end.name} was stopped`,
        patchInstance(end, { config: { [RESTART_MARK]: "" } }),
        { closes: { kind: "stop-note", ...ref } },
      ),
    ],
  };
}
