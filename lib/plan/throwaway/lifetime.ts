/**
 * Begin and end of a throw-away instance: the same steps whatever its planner knows of daemon and image.
 *
 * @module
 */
import type { InstanceRef } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { Opening } from "../../step/facts.ts";
import type { Step } from "../../step/step.ts";
import { KEPT_MARK, RUN_MARK, runMark } from "../instance/throw_away.ts";
import { createInstance, type InstanceBody, startInstance } from "../requests/instances.ts";
import type { RunOptions } from "./options.ts";

/** Extension of the API: a request that creates an instance can start it, too. */
export const STARTS = "instance_create_start";

/** The instance that a run makes. */
export interface Made extends InstanceRef {
  /** The name of its image, for titles. */
  readonly from: string;
  readonly body: Omit<InstanceBody, "name" | "ephemeral" | "start">;
  readonly member?: string | undefined;
}

/** Plans the creation and the start of a throw-away instance; `starts`: one request does both. */
export function creationSteps(
  { from, body, member, ...ref }: Made,
  starts: boolean,
  { run, keep, copies, goneSeconds: seconds }: Pick<RunOptions, "run" | "keep" | "copies" | "goneSeconds">,
): readonly Step[] {
  const mark = runMark(ref, run);
  const kept = keep === "never" ? {} : { [KEPT_MARK]: keep };
  const request = createInstance(ref.project, {
    name: ref.name,
    ...body,
    config: { ...body.config, [RUN_MARK]: mark, ...kept },
    ephemeral: keep === "never",
    ...(starts ? { start: true } : {}),
  }, member);
  // An instance that may be kept is not taken back: its last step removes it.
  const ends = keep === "never"
    ? {
      opens: openingOf(ref),
      undo: {
        kind: "discard",
        instance: ref,
        mark,
        ...(savesResults({ keep, copies }) ? { spares: true as const } : {}),
        ...(seconds === undefined ? {} : { seconds }),
      } as const,
    }
    : {};
  const makes = [{ kind: "instance", ...ref }] as const;
  if (!starts) {
    return [
      send(`Create instance ${ref.name} from ${from}`, request, { makes, ...ends }),
      send(`Start instance ${ref.name}`, startInstance(ref)),
    ];
  }
  const title = `Create and start instance ${ref.name} from ${from}`;
  // One that does not start is there all the same.
  return [send(title, request, { makes, ...ends, ...(keep === "never" ? { partly: "always" } : {}) })];
}

/** Plans the removal of a throw-away instance once its program has ended. */
export function removalSteps(
  { project, name }: InstanceRef,
  { run, keep, copies, program, goneSeconds: seconds }: Pick<
    RunOptions,
    "run" | "keep" | "copies" | "program" | "goneSeconds"
  >,
): readonly Step[] {
  if (keep === "always") return [];
  const instance = { project, name };
  // The program that has just ended was in it, so that it is still that of this run.
  const runs = savesResults({ keep, copies })
    ? { spares: true as const }
    : keep === "never" && program !== undefined
    ? { runs: true as const }
    : {};
  return [{
    title: `Remove instance ${name}`,
    effect: {
      kind: "discard",
      instance,
      mark: runMark(instance, run),
      ...runs,
      ...(seconds === undefined ? {} : { seconds }),
    },
    removes: [{ kind: "instance", ...instance }],
    closes: openingOf(instance),
    ...(keep === "never" ? { anyway: true as const } : {}),
  }];
}

/** Tells whether an instance that is removed in any case is kept where a copy of its results fails. */
export function savesResults({ keep, copies }: Pick<RunOptions, "keep" | "copies">): boolean {
  return keep === "never" && copies.some(({ direction }) => direction === "out");
}

function openingOf({ project, name }: InstanceRef): Opening {
  return { kind: "throw-away", project, name };
}
