/**
 * `instance start`, `instance restart`, `instance stop` and `instance wait`.
 *
 * @module
 */
import { EXIT, StateError } from "../../../base/errors.ts";
import { stopEffect } from "../../../plan/instance/power/stop.ts";
import type { App } from "../../command/app.ts";
import { applyPlaces, type ChangeValues } from "../../places/apply_places.ts";
import { applyEffect } from "../../shared/apply_steps.ts";
import { conditions } from "../../shared/conditions.ts";
import { lockPlaces } from "../../shared/lifecycle/lock.ts";
import { checkParallel, missingInstance, placeOf } from "../../shared/operands.ts";
import { placesOf } from "../../places/places.ts";
import { changePower, type StartValues } from "../../places/power.ts";

interface StopValues extends ChangeValues {
  readonly "wait-stop": number;
}

/** Runs `instance start`. */
export async function start(values: StartValues, operands: readonly string[], app: App): Promise<number> {
  return await changePower({ command: "instance start", restart: false, slash: true }, values, operands, app);
}

/** Runs `instance restart`. */
export async function restart(values: StartValues, operands: readonly string[], app: App): Promise<number> {
  return await changePower(
    { command: "instance restart", restart: true, slash: true },
    values,
    operands,
    app,
  );
}

/** Runs `instance stop`. */
export async function stop(values: StopValues, operands: readonly string[], app: App): Promise<number> {
  checkParallel(values);
  const places = await placesOf(operands, values, app, { slash: true });
  await lockPlaces(places, "instance stop", values);
  const plans = places.map(({ app, ref }) => ({
    app,
    plan: {
      instance: ref,
      steps: [{ title: `Stop instance ${ref.name}`, effect: stopEffect(ref, values["wait-stop"]) }],
    },
  }));
  return await applyPlaces(plans, values, "stopped");
}

interface WaitValues {
  readonly project: string;
  readonly until: string;
  readonly timeout: number;
  readonly pause: number;
}

/** Runs `instance wait`. */
export async function wait(values: WaitValues, names: readonly string[], app: App): Promise<number> {
  const until = conditions(values.until);
  const places = await Promise.all(names.map((name) => placeOf(app, name, values.project)));
  for (const place of places) {
    try {
      await applyEffect(place.app, `Wait for ${place.ref.name}`, {
        kind: "wait",
        instance: place.ref,
        until,
        timeoutSeconds: values.timeout,
        pauseSeconds: values.pause,
      }, { addresses: true });
    } catch (error) {
      if (error instanceof StateError && error.kind === "missing") throw await missingInstance(place);
      throw error;
    }
  }
  return EXIT.ok;
}
