/**
 * `instance start`, `instance restart`, `instance stop` and `instance wait`.
 *
 * @module
 */
import { NAME_ONLY } from "../../../instance/parts.ts";
import { EXIT, InterruptedError, refuse, UsageError } from "../../../base/errors.ts";
import { planPower, type PowerOptions } from "../../../plan/instance/power.ts";
import { stopEffect } from "../../../plan/instance/stop.ts";
import { objectKey } from "../../../plan/world.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import { failureError } from "../../../run/execute/apply.ts";
import type { Failure } from "../../../run/execute/execute.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { errorText } from "../../output/output.ts";
import { applyEffect } from "../../shared/apply_steps.ts";
import { conditions } from "../../shared/conditions.ts";
import { lockPlaces, type LockValues } from "../../shared/lock.ts";
import { checkParallel, missingInstance, type Place, placeOf } from "../../shared/operands.ts";

interface Values extends LockValues {
  readonly project: string;
  readonly properties: string | undefined;
  readonly P: readonly string[];
  readonly parallel: number;
}

interface StartValues extends Values {
  readonly until: string;
  readonly timeout: number;
}

interface StopValues extends Values {
  readonly "wait-stop": number;
}

/** `instance start`. */
export async function start(
  values: StartValues,
  operands: readonly string[],
  app: App,
): Promise<number> {
  const until = conditions(values.until);
  const options = { restart: false, stopSeconds: 0, until, timeoutSeconds: values.timeout };
  return await power(values, options, operands, app);
}

/** `instance restart`. */
export async function restart(
  values: StartValues & StopValues,
  operands: readonly string[],
  app: App,
): Promise<number> {
  const until = conditions(values.until);
  const options = { restart: true, stopSeconds: values["wait-stop"], until, timeoutSeconds: values.timeout };
  return await power(values, options, operands, app);
}

/** `instance stop`. */
export async function stop(values: StopValues, operands: readonly string[], app: App): Promise<number> {
  const places = await placesOf(values, operands, app);
  await lockPlaces(places, "instance stop", values);
  const plans = places.map(({ app, ref }) => ({
    app,
    plan: {
      instance: ref,
      steps: [{ title: `Stop instance ${ref.name}`, effect: stopEffect(ref, values["wait-stop"]) }],
    },
  }));
  return await applyAll(plans, values);
}

interface WaitValues {
  readonly project: string;
  readonly until: string;
  readonly timeout: number;
  readonly pause: number;
}

/** `instance wait`. */
export async function wait(values: WaitValues, names: readonly string[], app: App): Promise<number> {
  const until = conditions(values.until);
  const places = await Promise.all(names.map((name) => placeOf(app, name, values.project)));
  for (const place of places) {
    await applyEffect(place.app, `Wait for ${place.ref.name}`, {
      kind: "wait",
      instance: place.ref,
      until,
      timeoutSeconds: values.timeout,
      pauseSeconds: values.pause,
    }, { addresses: true });
  }
  return EXIT.ok;
}

async function power(
  values: Values,
  options: PowerOptions,
  operands: readonly string[],
  app: App,
): Promise<number> {
  if (options.until.includes("stopped")) {
    throw new UsageError(`-until takes conditions of a running instance, not "stopped"`);
  }
  const places = await placesOf(values, operands, app);
  await lockPlaces(places, options.restart ? "instance restart" : "instance start", values);
  const infos = await infosOf(places);
  // All are planned before any of them changes.
  const plans = places.map((place, at) => ({ app: place.app, plan: planPower(infos[at]!, options) }));
  return await applyAll(plans, values);
}

/** Tells whether an operand is a configuration file; no instance's name has a dot or a slash. */
function isFile(operand: string): boolean {
  return operand.includes("/") || /\.ya?ml$/.test(operand);
}

/** The instances that operands mean, each once. */
async function placesOf(values: Values, operands: readonly string[], app: App): Promise<readonly Place[]> {
  checkParallel(values);
  const found: Place[] = [];
  for (const operand of operands) {
    if (isFile(operand)) {
      const { targetsOf } = await import("../../shared/lifecycle.ts");
      const targets = await targetsOf({ ...values, name: "" }, [operand], app, { without: NAME_ONLY });
      found.push(...targets.map(({ instance: { project, name } }) => ({ app, ref: { project, name } })));
    } else found.push(await placeOf(app, operand, values.project));
  }
  return found.filter((place, at) => {
    const first = found.findIndex((other) =>
      other.app.globals.remote === place.app.globals.remote &&
      objectKey(other.ref.project, other.ref.name) === objectKey(place.ref.project, place.ref.name)
    );
    return first === at;
  });
}

/** Looks instances up, with one request for one instance, or for all of a project. */
async function infosOf(places: readonly Place[]): Promise<readonly InstanceInfo[]> {
  const groups = Map.groupBy(places, ({ app, ref }) => `${app.globals.remote} ${ref.project || "default"}`);
  const found = new Map<Place, InstanceInfo>();
  await Promise.all([...groups.values()].map(async (group) => {
    const [{ app, ref }] = group as [Place, ...Place[]];
    const server = await app.server();
    const infos = group.length === 1 ? [await server.instance(ref)] : await server.instances(ref.project);
    for (const place of group) {
      const info = infos.find((one) => one?.name === place.ref.name);
      if (info) found.set(place, info);
    }
  }));
  const absent = places.filter((place) => !found.has(place));
  if (absent.length === 1) {
    const { message } = await missingInstance(absent[0]!);
    throw refuse(message, [], [LIST], "missing");
  }
  if (absent.length > 1) {
    const names = absent.map(({ ref: { name, project } }) =>
      `"${name}"${project && project !== "default" ? ` in project "${project}"` : ""}`
    );
    throw refuse(`There are no instances ${names.join(", ")}`, [], [LIST], "missing");
  }
  return places.map((place) => found.get(place)!);
}

const LIST = "To list all: lxops instance list -all";

interface Planned {
  readonly app: App;
  readonly plan: InstancePlan;
}

async function applyAll(planned: readonly Planned[], values: Values): Promise<number> {
  const failures: Failure[] = [];
  for (const group of Map.groupBy(planned, ({ app }) => app.globals.remote).values()) {
    const { app } = group[0]!;
    const plan = { first: [], each: group.map((one) => one.plan) };
    const failed = await app.apply(plan, {
      dryRun: values["dry-run"],
      parallel: values.parallel,
      undoOnFailure: false,
      verbose: false,
    });
    for (const failure of failed) app.complain(errorText("lxops", failureError(failure, [])));
    failures.push(...failed);
  }
  if (failures.length === 0) return EXIT.ok;
  return failures.some(({ error }) => error instanceof InterruptedError)
    ? EXIT.interrupted
    : failures[0]!.error.exitCode;
}
