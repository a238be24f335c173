/**
 * Runs a case: lxops and floor in turn, then a few times more to weigh, and once through the proxy to count.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Case, Result } from "./case.ts";
import {
  type Ground,
  hasCommand,
  lxops,
  lxopsCounted,
  lxopsToOutput,
  lxopsWeighed,
  removeInstances,
} from "./ground.ts";
import { spread, timed, type Weight } from "./measure.ts";
import { writeConfigs } from "./workload.ts";

type Side = "lxops" | "floor" | "weigh" | "count";

/** Number of runs whose processor time and memory are measured, which vary less than the time of a run. */
const WEIGHED = 3;

/** Runs a case; a text where it cannot be run, and why. */
export async function runCase(
  one: Case,
  ground: Ground,
  rounds: number,
  earlier: readonly Result[],
): Promise<Result | string> {
  if (!await hasCommand(ground, one.command)) return `there is no command "${one.command.join(" ")}" yet`;
  const missing = await one.missing?.(ground);
  if (missing !== undefined) return missing;
  await one.setup?.(ground);
  try {
    const result = await measure(one, ground, rounds);
    const holds = one.holds?.(result, earlier);
    return holds === undefined ? result : { ...result, holds };
  } finally {
    await one.teardown?.(ground);
  }
}

async function measure(one: Case, ground: Ground, rounds: number): Promise<Result> {
  const { measured } = one;
  const ours = async (names: readonly string[]) => {
    const run = () => (one.toOutput ? lxopsToOutput : lxops)(ground, one.argv(ground, names));
    return measured ? await measured(ground, names, run) : await run();
  };
  const times: number[] = [];
  const floors: number[] = [];
  // The first round warms caches up and is not counted; it is also the one whose end states are compared.
  for (let round = 0; round <= rounds; round++) {
    const time = await withInstances(one, ground, "lxops", round, ours);
    const { floor } = one;
    const seconds = floor &&
      await withInstances(one, ground, "floor", round, (names) => {
        const run = () => floor(ground, names);
        return measured ? measured(ground, names, run) : timed(run);
      });
    if (round === 0) {
      if (seconds) compareStates(one, time.state, seconds.state);
      continue;
    }
    times.push(time.result);
    if (seconds) floors.push(seconds.result);
  }
  const weights: Weight[] = [];
  for (let round = 1; round <= Math.min(WEIGHED, rounds); round++) {
    const { result } = await withInstances(
      one,
      ground,
      "weigh",
      round,
      (names) => lxopsWeighed(ground, one.argv(ground, names)),
    );
    if (result) weights.push(result);
  }
  const { result: counts } = await withInstances(
    one,
    ground,
    "count",
    1,
    (names) => lxopsCounted(ground, one.argv(ground, names)),
  );
  const seconds = spread(times);
  const floor = floors.length > 0 ? spread(floors) : undefined;
  return {
    case: one.name,
    target: one.target,
    rounds,
    seconds,
    ...(floor ? { floor, ratio: seconds.median / floor.median } : {}),
    ...(weights.length > 0
      ? {
        cpu: spread(weights.map(({ cpu }) => cpu)),
        megabytes: spread(weights.map(({ megabytes }) => megabytes)),
      }
      : {}),
    requests: counts.requests,
    connections: counts.connections,
    execs: counts.execs,
    asked: counts.asked,
  };
}

/** Makes what a run begins with, runs it, reads what came of it in the first round, and cleans up. */
async function withInstances<T>(
  one: Case,
  ground: Ground,
  side: Side,
  round: number,
  run: (names: readonly string[]) => Promise<T>,
): Promise<{ readonly result: T; readonly state: string }> {
  const names = Array.from({ length: one.instances }, (_, i) => `${side}${i + 1}`);
  await removeInstances(ground, names);
  await writeConfigs(ground.place, names, one.bare ?? false);
  try {
    await one.prepare?.(ground, names);
    const result = await run(names);
    const state = round === 0 ? await one.state?.(ground, names) : undefined;
    return {
      result,
      state: JSON.stringify(state ?? null).replaceAll(new RegExp(`\\b${side}(\\d)`, "g"), "NAME$1"),
    };
  } finally {
    await removeInstances(ground, names);
  }
}

function compareStates(one: Case, ours: string, floors: string): void {
  assertEquals(
    JSON.parse(ours),
    JSON.parse(floors),
    `${one.name}: lxops and the floor come to different ends`,
  );
}
