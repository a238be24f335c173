/**
 * The end of a command over files: failures, their reasons, and advice.
 *
 * @module
 */
import { EXIT, InterruptedError, type LxopsError } from "../../../base/errors.ts";
import { objectKey, type PlanOptions, type Target, type World } from "../../../plan/world.ts";
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

/** The command that ended. */
type Ended = Pick<Lifecycle<PlanOptions>, "name" | "again">;

/** Reports failures, and returns the exit code. */
export async function outcome(
  ended: Outcome,
  lifecycle: Ended,
  values: ConfigValues & UndoValues,
  app: App,
): Promise<number> {
  const { failures, targets } = ended;
  if (failures.length === 0) return EXIT.ok;
  for (const error of await errorsOf(ended, lifecycle, values, app)) app.complain(errorText("lxops", error));
  if (targets.length > 1) {
    const failed = failures.map((failure) => failure.instance);
    const concerned = targets.filter(({ instance }) => failed.includes("") || failed.includes(instance.name));
    const names = concerned.map(({ instance }) => instance.name).join(", ");
    const files = concerned.map(({ instance }) => instance.file).join(" ");
    const isAll = failures.every(({ error }) => error instanceof InterruptedError);
    const what = isAll
      ? `interrupted; not finished: ${names}`
      : `${concerned.length} of ${targets.length} failed: ${names}`;
    app.complain(printable(`lxops: ${lifecycle.name}: ${what}`));
    const again = failures.every((failure) => isTakenBack(failure, values, ended))
      ? ""
      : againWith(lifecycle);
    app.complain(printable(`  To continue: run the same command again${again}, on the files ${files}`));
  }
  const interrupted = failures.some(({ error }) => error instanceof InterruptedError);
  return interrupted ? EXIT.interrupted : failures[0]!.error.exitCode;
}

/** The flag that decides what a failure leaves, as far as a command has it. */
interface UndoValues {
  readonly "undo-on-failure"?: boolean;
}

/**
 * Tells whether all steps of an instance were taken back, or none was carried out. What a step did in an instance went only
 * with an instance that the run itself had made; of a program of the host it is not known.
 */
function isTakenBack(
  { done, step, error, instance }: Failure,
  values: UndoValues,
  { targets, world }: Pick<Outcome, "targets" | "world">,
): boolean {
  if (values["undo-on-failure"] !== true || step === undefined || done.length > 0 || error.unsettled) {
    return false;
  }
  const target = targets.find((one) => one.instance.name === instance);
  const wasThere = target && world.instances.has(objectKey(target.instance.project, instance));
  const { kind } = step.effect;
  return kind === "send" || kind !== "run" && wasThere === false;
}

function againWith({ again }: Ended): string {
  return again === undefined ? "" : ` with ${again}`;
}

/** Returns an error for each failure, with leftovers and advice. */
export async function errorsOf(
  { failures, targets, world }: Outcome,
  lifecycle: Ended,
  values: Pick<ConfigValues, "P"> & UndoValues,
  { backend }: Pick<App, "backend">,
): Promise<readonly LxopsError[]> {
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
  return failures.map((failure) => {
    const target = targets.find(({ instance }) => instance.name === failure.instance);
    const byHand = failure.step && target ? deletedAdvice(failure.step, target) : [];
    const advice = byHand.length > 0
      ? byHand
      : failure.back
      ? []
      : isTakenBack(failure, values, { targets, world })
      ? ["What this run did was taken back; nothing of it is left"]
      : several
      ? []
      : [`To continue: run the same command again${againWith(lifecycle)}`];
    const settings = failure.step && target ? settingsOf(failure.step, failure.error, target, world) : [];
    // The next run may not find the instance that remembers them.
    const kept = Object.entries(target?.instance.sets ?? {}).filter(([key]) => !Object.hasOwn(given, key))
      .map(([key, value]) => `-P ${quote(`${key}=${value}`)}`).join(" ");
    const more = kept === "" ? [] : [`Add to that what the instance was made with: ${kept}`];
    return failureError(failure, [...settings, ...halfRenamedAdvice(failure, backend), ...advice, ...more]);
  });
}
