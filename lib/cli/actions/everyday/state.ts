/**
 * `start`, `stop`, `restart`, `kill`, `pause` and `unpause`.
 *
 * @module
 */
import { planFreeze, planStop } from "../../../plan/instance/power/power.ts";
import { FROZEN_MARK, notedRuns } from "../../../plan/runs.ts";
import { objectKey } from "../../../plan/world.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { changePlaces, type ChangeValues } from "../../places/apply_places.ts";
import type { FoundPlace } from "../../places/places.ts";
import { changePower, type StartValues } from "../../places/power.ts";

interface StopValues extends ChangeValues {
  readonly "wait-stop": number;
}

interface RestartValues extends StartValues {
  readonly "no-deps": boolean;
}

/** Runs `start`. */
export async function start(values: StartValues, operands: readonly string[], app: App): Promise<number> {
  return await changePower({ command: "start", restart: false, order: "start" }, values, operands, app);
}

/** Runs `restart`. */
export async function restart(values: RestartValues, operands: readonly string[], app: App): Promise<number> {
  const follows = !values["no-deps"];
  return await changePower(
    { command: "restart", restart: true, order: "start", follows },
    values,
    operands,
    app,
  );
}

/** Runs `stop`. */
export async function stop(values: StopValues, operands: readonly string[], app: App): Promise<number> {
  const seconds = values["wait-stop"];
  return await changePlaces(
    { command: "stop", word: "stopped", order: "stop", plan: (info) => planStop(info, seconds) },
    values,
    operands,
    app,
  );
}

/** Runs `kill`. */
export async function kill(values: ChangeValues, operands: readonly string[], app: App): Promise<number> {
  return await changePlaces(
    { command: "kill", word: "stopped", order: "stop", plan: (info) => planStop(info, 0) },
    values,
    operands,
    app,
  );
}

/** Runs `pause`. */
export async function pause(values: ChangeValues, operands: readonly string[], app: App): Promise<number> {
  return await freeze(true, values, operands, app);
}

/** Runs `unpause`. */
export async function unpause(values: ChangeValues, operands: readonly string[], app: App): Promise<number> {
  return await freeze(false, values, operands, app);
}

async function freeze(
  frozen: boolean,
  values: ChangeValues,
  operands: readonly string[],
  app: App,
): Promise<number> {
  const [command, word] = frozen ? ["pause", "frozen"] as const : ["unpause", "unfrozen"] as const;
  let left: ReadonlyMap<InstanceInfo, InstancePlan> = new Map();
  const check = async (found: readonly FoundPlace[]) => {
    if (!frozen) left = await leftPlans(found);
  };
  return await changePlaces(
    { command, word, check, plan: (info) => left.get(info) ?? planFreeze(info, frozen) },
    values,
    operands,
    app,
  );
}

/** Plans that instances continue which lxops itself froze in runs that were cut off. */
async function leftPlans(found: readonly FoundPlace[]): Promise<ReadonlyMap<InstanceInfo, InstancePlan>> {
  const marked = found.filter(({ info }) => info.config[FROZEN_MARK] !== undefined);
  if (marked.length === 0) return new Map();
  const { unfreezeLeft } = await import("../../../plan/storage/freeze.ts");
  const runs = await marked[0]!.app.host.runStates(notedRuns(marked.map(({ info }) => info)));
  return new Map(marked.flatMap(({ info }) => {
    const { project, name } = info;
    const instances = new Map([[objectKey(project, name), info]]);
    const steps = unfreezeLeft({ instances, runs }, [{ project, name }]);
    return steps.length > 0 ? [[info, { instance: { project, name }, steps }] as const] : [];
  }));
}
