/**
 * The instances and filesystems that a command would remove, for its question to the user.
 *
 * @module
 */
import type { InstancePlan } from "../../../step/step.ts";

/** Returns a line for each instance and filesystem that plans remove. */
export function doomedLines(plans: readonly InstancePlan[]): readonly string[] {
  return ["Will be destroyed:", ...plans.flatMap(linesOf)];
}

function linesOf({ instance, steps, notes = [] }: InstancePlan): readonly string[] {
  const instances = steps.flatMap(({ removes = [] }) =>
    removes.flatMap((fact) => fact.kind === "instance" ? fact.name : [])
  );
  const stopped = new Set(steps.flatMap(({ effect }) => effect.kind === "stop" ? effect.instance.name : []));
  return [
    ...[...new Set([...instances, ...stopped])].map((name) =>
      `  instance ${name}${stopped.has(name) ? ", which is running" : ""}`
    ),
    ...notes.map((note) =>
      `  ${note.replace(/^destroys /, "")}${instances.length > 0 ? "" : ` of ${instance.name}`}`
    ),
  ];
}
