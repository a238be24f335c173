/**
 * The end of a command over files: what failed, why, and how to continue.
 *
 * @module
 */
import { EXIT, InterruptedError } from "../../../base/errors.ts";
import type { PlanOptions, Target, World } from "../../../plan/world.ts";
import type { Failure } from "../../../run/execute/execute.ts";
import type { App } from "../../command/app.ts";
import { errorText, printable } from "../../output/output.ts";
import type { ConfigValues } from "../target_options.ts";
import type { Lifecycle } from "./lifecycle.ts";

/** The failures of a run, and its targets. */
export interface Outcome {
  readonly failures: readonly Failure[];
  readonly targets: readonly Target[];
  readonly world: World;
}

/** Reports failures, and returns the exit code. */
export async function outcome(
  { failures, targets, world }: Outcome,
  { name, again: add }: Pick<Lifecycle<PlanOptions>, "name" | "again">,
  values: ConfigValues,
  app: App,
): Promise<number> {
  if (failures.length === 0) return EXIT.ok;
  const [
    { failureError },
    { settingsOf },
    { parseSets },
    { quote },
    { halfRenamedAdvice },
    { deletedAdvice },
  ] = await Promise
    .all([
      import("../../../run/execute/apply.ts"),
      import("../../../plan/output/config_locations.ts"),
      import("../../../instance/patterns/properties.ts"),
      import("../../../base/shell.ts"),
      import("./half_renamed.ts"),
      import("../../../plan/provision/by_hand.ts"),
    ]);
  const [several, given] = [targets.length > 1, parseSets(values.P)];
  const again = add === undefined ? "" : ` with ${add}`;
  for (const failure of failures) {
    const target = targets.find(({ instance }) => instance.name === failure.instance);
    const byHand = failure.step && target ? deletedAdvice(failure.step, target) : [];
    const advice = byHand.length > 0
      ? byHand
      : several || failure.back
      ? []
      : [`To go on: run the same command again${again}`];
    const settings = failure.step && target ? settingsOf(failure.step, failure.error, target, world) : [];
    // The next run may not find the instance that remembers them.
    const kept = Object.entries(target?.instance.sets ?? {}).filter(([key]) => !Object.hasOwn(given, key))
      .map(([key, value]) => `-P ${quote(`${key}=${value}`)}`).join(" ");
    const more = kept === "" ? [] : [`Add to that what the instance was made with: ${kept}`];
    app.complain(
      errorText(
        "lxops",
        failureError(failure, [...settings, ...halfRenamedAdvice(failure, app.backend), ...advice, ...more]),
      ),
    );
  }
  if (several) {
    const failed = failures.map((failure) => failure.instance);
    const concerned = targets.filter(({ instance }) => failed.includes("") || failed.includes(instance.name));
    const names = concerned.map(({ instance }) => instance.name).join(", ");
    const files = concerned.map(({ instance }) => instance.file).join(" ");
    app.complain(printable(`lxops: ${name}: ${concerned.length} of ${targets.length} failed: ${names}`));
    app.complain(printable(`  To go on: run the same command again${again}, with the files ${files}`));
  }
  const interrupted = failures.some(({ error }) => error instanceof InterruptedError);
  return interrupted ? EXIT.interrupted : failures[0]!.error.exitCode;
}
