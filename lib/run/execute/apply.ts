/**
 * Application of a plan: a dry run prints it, a real run carries out that same object.
 *
 * @module
 */
import { parseApiPath } from "../../base/api.ts";
import { InterruptedError, LxopsError } from "../../base/errors.ts";
import type { Command } from "../../ports/mod.ts";
import { quote } from "../../base/shell.ts";
import { type Fact, factKey, factText } from "../../step/facts.ts";
import { isStart } from "../../step/starts.ts";
import type { InstancePlan, Plan, Step } from "../../step/step.ts";
import type { ScriptOptions } from "../../plan/output/script_options.ts";
import { execute, type ExecuteOptions, type Failure } from "./execute.ts";
import type { Controls, Report } from "../perform/perform.ts";

/** Options for applying a plan. */
export interface ApplyOptions extends ExecuteOptions {
  readonly dryRun: boolean;
  readonly script: ScriptOptions;
  /** Gets the plan of a dry run, which then prints no script. */
  readonly planned?: (plan: Plan) => void;
  /**
   * Checks what a real run leaves to the daemon, and throws the error that the daemon would give. Returns the plan to
   * carry out instead where the daemon refuses this one. A dry run calls it always, a real run only after a refusal.
   */
  readonly lookAhead?: () => Promise<Plan | undefined>;
  /** Asks whether to go ahead, before anything changes. */
  readonly confirm?: () => Promise<boolean>;
  /** Returns the text that is printed once a plan is complete. */
  readonly result?: () => string;
  /** Returns the text that is printed in the end, also where something failed. */
  readonly results?: (failures: readonly Failure[]) => string;
}

/**
 * Values that applying needs; `controls` is a function, so that a dry run never holds anything that changes
 * the world.
 */
export interface ApplyPorts {
  readonly controls: () => Controls | Promise<Controls>;
  readonly report: Report;
  /** Prints the script of a dry run, or results. */
  readonly print: (text: string, what?: "script") => void;
  /** Masks the secret values in a text. */
  readonly mask?: (text: string) => string;
  readonly signal: AbortSignal;
  /** Tells whether the permissions of the binary allow lxops to write a file. */
  readonly mayWrite?: (path: string) => boolean;
}

/** Applies a plan and returns what failed. */
export async function apply(
  plan: Plan,
  options: ApplyOptions,
  ports: ApplyPorts,
): Promise<readonly Failure[]> {
  const { mayWrite = () => true, mask = (text) => text } = ports;
  const denied = writtenFiles(plan).find((path) => !mayWrite(path));
  if (denied !== undefined) {
    throw new LxopsError(`lxops never writes to "${denied}": programs and settings of the system are there`, [
      "Nothing was changed.",
      "Name another place, and move the files from there",
    ]);
  }
  if (options.dryRun) {
    const shown = await withLaterNotes(await options.lookAhead?.() ?? plan, options.laterNotes);
    if (options.planned) options.planned(shown);
    else {
      const [{ planScript }, { withShortForm }, { guarded }] = await Promise.all([
        import("../../plan/output/script.ts"),
        import("../../plan/output/short_plan.ts"),
        import("../../cloudconfig/model/secrets.ts"),
      ]);
      const script = planScript(shown, options.script);
      const masked = mask(script);
      const safe = masked === script ? script : guarded(masked);
      const text = withShortForm(safe, { plan: shown, random: options.script.random });
      ports.print(mask(text), "script");
    }
    return [];
  }
  if (options.confirm && !await options.confirm()) throw new LxopsError("Not confirmed; nothing was changed");
  const controls = await ports.controls();
  const unlocked = await controls.host.unlock?.(programsOf(plan), ports.signal);
  if (unlocked?.asks) ports.report({ kind: "asks", instance: "" });
  const failures = await execute(plan, options, { controls, report: ports.report, signal: ports.signal })
    .finally(() => unlocked?.end());
  const text = `${failures.length === 0 ? options.result?.() ?? "" : ""}${options.results?.(failures) ?? ""}`;
  if (text !== "") ports.print(mask(text));
  return failures;
}

/** Returns a plan with the notes that it would get while it is carried out. */
async function withLaterNotes(plan: Plan, notes: ApplyOptions["laterNotes"]): Promise<Plan> {
  if (!notes) return plan;
  const each = plan.each.map(async (one): Promise<InstancePlan> => {
    const note = await notes.get(one.instance);
    return note === undefined ? one : { ...one, notes: [...one.notes ?? [], note] };
  });
  return { ...plan, each: await Promise.all(each) };
}

/** Programs of the host that a plan runs, each once. */
export function programsOf(plan: Plan): readonly string[] {
  const found = new Set<string>();
  for (const { effect } of [...plan.first, ...plan.each.flatMap(({ steps }) => steps)]) {
    if (effect.kind === "run") {
      for (let at: Command | undefined = effect; at; at = at.pipe) found.add(at.argv[0]);
    } else if (effect.kind === "own" && !effect.there) found.add("chown");
    else if (effect.kind === "keep" && effect.how === "restore") found.add("find").add("cat");
    else if (effect.kind === "unpack") found.add("tar");
    else if (effect.kind === "checksum" || effect.kind === "verify") found.add("sha256sum");
  }
  return [...found];
}

/** Lists the files of the host that lxops writes itself, without a program, in the order of the plan. */
function writtenFiles(plan: Plan): readonly string[] {
  return [...plan.first, ...plan.each.flatMap(({ steps }) => steps)].flatMap(({ effect }) => {
    if (effect.kind === "write") return effect.optional ? [] : effect.path;
    if (effect.kind === "copy") return effect.direction === "out" ? effect.outside : [];
    if (effect.kind === "checksum") return `${effect.directory}/${effect.list}`;
    if (effect.kind !== "transfer" || (effect.direction !== "export" && effect.direction !== "backup")) {
      return [];
    }
    return effect.file === "-" ? [] : effect.file;
  });
}

/** Returns the error that tells the user what failed, what was left, and how to continue. */
export function failureError(failure: Failure, goOn: readonly string[]): LxopsError {
  const left = leftBehind(failure.done);
  const advice = [
    ...(failure.log ?? []).map((line) => `| ${line}`),
    ...failure.error.advice,
    ...(failure.step?.advice ?? []),
    // The log of an instance that was removed again does not exist any more.
    ...(failure.error instanceof InterruptedError || failure.back || isTakenBack(failure.step, left)
      ? []
      : logAdvice(failure.step)),
    ...(left.length > 0 ? [`Left behind: ${left.map(factText).join(", ")}`] : []),
    ...(failure.ran ?? []),
    ...(failure.back ?? []),
    ...goOn,
  ];
  const where = failure.instance ? `${failure.instance}: ` : "";
  const what = failure.step ? failure.step.title : "not begun";
  return new FailureError(`${where}${what}: ${failure.error.message}`, advice, failure.error);
}

/** Tells whether what a step makes, also where it fails, was removed again. */
function isTakenBack(step: Step | undefined, left: readonly Fact[]): boolean {
  if (step?.partly !== "always" || !step.makes) return false;
  const keys = new Set(left.map(factKey));
  return step.makes.every((fact) => !keys.has(factKey(fact)));
}

/**
 * Returns advice for a failed start: the daemon reports only a command line, and the reason is in the
 * instance's log.
 */
function logAdvice(step: Step | undefined): string[] {
  if (step?.effect.kind !== "send" || !isStart(step.effect)) return [];
  const { parts: [, inPath], project } = parseApiPath(step.effect.path);
  // A request that creates and starts an instance has its name in the body.
  const name = inPath ?? String((step.effect.body as { readonly name?: unknown }).name);
  const flag = project === "default" ? "" : ` --project ${quote(project)}`;
  return [`Why: lxops instance logs${flag} ${quote(name)} lxc.log`];
}

/** Returns what steps created and later ones did not remove again. */
export function leftBehind(done: readonly Step[]): readonly Fact[] {
  const left = new Map<string, Fact>();
  for (const step of done) {
    for (const fact of step.removes ?? []) left.delete(factKey(fact));
    for (const fact of step.makes ?? []) left.set(factKey(fact), fact);
  }
  return [...left.values()];
}

class FailureError extends LxopsError {
  override readonly exitCode: number;

  constructor(message: string, advice: readonly string[], cause: LxopsError) {
    super(message, advice, { cause });
    this.exitCode = cause.exitCode;
  }
}
