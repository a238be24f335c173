/**
 * Instances that do something and stop, for which others wait (`until: completed` under `after`).
 *
 * @module
 */
import { durationText } from "../../base/durations.ts";
import type { Step } from "../../step/step.ts";
import { dependenciesOf, startWaves } from "../checks/order.ts";
import { isRunning } from "../instance/ownership.ts";
import { objectKey, problem, type Target, type World } from "../world.ts";
import type { Comparison } from "./compare.ts";

interface Compared {
  readonly target: Target;
  readonly comparison: Comparison;
}

/**
 * Returns comparisons in which a completed instance that others wait for stays stopped, until it or one of these
 * changes.
 */
export function withCompleted<C extends Compared>(compared: readonly C[], world: World): readonly C[] {
  const targets = compared.map(({ target }) => target);
  const isAny = targets.some(({ instance: { settings } }) =>
    Object.values(settings.after).some(({ until }) => until === "completed")
  );
  if (!isAny) return compared;
  const found = new Map(compared.map((one) => [one.target, one]));
  for (const target of startWaves(targets, world).flat().reverse()) {
    const one = found.get(target)!;
    const { comparison, comparison: { info, changes } } = one;
    if (!info || isRunning(info) || changes.some(({ part }) => part !== "state")) continue;
    const waiting = targets.filter((other) =>
      other.instance.settings.after[target.instance.name]?.until === "completed" &&
      dependenciesOf(other, [target]).length > 0
    );
    const isDone = waiting.length > 0 &&
      waiting.every((other) => found.get(other)!.comparison.changes.length === 0);
    if (isDone) found.set(target, { ...one, comparison: { ...comparison, changes: [] } });
  }
  return targets.map((target) => found.get(target)!);
}

/**
 * Returns the steps of an instance, without the wait for its address where others wait until it has stopped: it may have
 * done so by then.
 */
export function withoutReady(
  steps: readonly Step[],
  { instance: { project, name } }: Target,
  among: readonly Target[],
): readonly Step[] {
  const isAwaited = among.some((other) =>
    (other.instance.project || "default") === (project || "default") &&
    other.instance.settings.after[name]?.until === "completed"
  );
  const needed = steps.some(({ effect: { kind } }) => kind !== "wait" && kind !== "send" && kind !== "run");
  if (!isAwaited || needed) return steps;
  return steps.filter(({ effect }) => effect.kind !== "wait" || effect.instance.name !== name);
}

/** Facts about a run. */
export interface Waiting {
  /** Longest wait for an instance to stop, in seconds. */
  readonly readySeconds: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The instances that the run starts, by their keys. */
  readonly starts: ReadonlySet<string>;
}

/**
 * Returns the steps that wait until other instances are completed and have stopped. If one has run for longer than the
 * wait would last, the step fails at once: it delays the instances that wait for it, and no others.
 */
export function completionSteps(target: Target, world: World, run: Waiting): readonly Step[] {
  const { instance } = target;
  return Object.entries(instance.settings.after).flatMap(([name, { until, required }]): Step[] => {
    if (until !== "completed") return [];
    const key = objectKey(instance.project, name);
    const info = world.instances.get(key);
    if (!required && !info) return [];
    const seconds = (run.now - Date.parse(info?.startedAt ?? "")) / 1000;
    const goesOn = info !== undefined && isRunning(info) && !run.starts.has(key) &&
      seconds > run.readySeconds;
    return [{
      title: `Wait until ${name} has stopped${
        goesOn ? `, which has run for ${durationText(Math.round(seconds))}` : ""
      }`,
      effect: {
        kind: "wait",
        instance: { project: instance.project, name },
        until: ["stopped"],
        timeoutSeconds: goesOn ? 0 : run.readySeconds,
      },
      ...(goesOn ? { advice: goesOnAdvice(target, name) } : {}),
    }];
  });
}

/** Returns advice about an instance that is waited for and does not stop. */
function goesOnAdvice(target: Target, name: string): readonly string[] {
  const { file, line } = problem(target, `after.${name}`, "");
  return [
    `"${target.instance.name}" waits for it: ${file}${line ? `:${line}` : ""}`,
    `To stop it: lxops stop ${name}`,
  ];
}
