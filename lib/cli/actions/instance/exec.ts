/**
 * `instance exec` and `instance shell`.
 *
 * @module
 */
import {
  CommandError,
  EXIT,
  InterruptedError,
  LxopsError,
  ServerError,
  UsageError,
} from "../../../base/errors.ts";
import { textOf } from "../../../base/bytes.ts";
import type { Exec, InstanceRef } from "../../../ports/mod.ts";
import type { Program } from "../../../step/program.ts";
import type { Effect } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { applyEffect } from "../../shared/apply_steps.ts";
import { environmentOf, type EnvironmentValues } from "../run/environment.ts";
import { limitsOf } from "../run/time_limits.ts";
import { type Place, placeOf } from "../../shared/operands.ts";

interface Values extends EnvironmentValues {
  readonly project: string;
  readonly "dry-run": boolean;
  readonly user: string;
  readonly cwd: string;
  readonly timeout: string;
  readonly "kill-after": string;
}

/** Runs `instance exec`. */
export async function exec(values: Values, operands: readonly string[], app: App): Promise<number> {
  return await runProgram(values, operands, (name) => placeOf(app, name, values.project), app);
}

/** Finds the instance that an operand means. */
export type FindPlace = (operand: string) => Promise<Place>;

/** Runs a program in the instance of the first operand, with piped input and output. */
export async function runProgram(
  values: Values,
  operands: readonly string[],
  find: FindPlace,
  app: App,
): Promise<number> {
  const [name, program, ...rest] = operands as [string, string, ...string[]];
  return await exitCodeOf(values, name, find, app, {
    title: `Run ${program} in ${name}`,
    readsInput: true,
    effect: (more, input) => ({ kind: "exec", argv: [program, ...rest], ...input, ...more }),
  });
}

/** Runs `instance shell`. */
export async function shell(values: Values, operands: readonly string[], app: App): Promise<number> {
  return await openShell(values, operands, (name) => placeOf(app, name, values.project), app);
}

/** Runs a program with the user's terminal in the instance of the first operand; a login shell where none is named. */
export async function openShell(
  values: Values,
  operands: readonly string[],
  find: FindPlace,
  app: App,
): Promise<number> {
  const [name, ...given] = operands as [string, ...string[]];
  const [program = "/bin/sh", ...rest] = given.length > 0 ? given : LOGIN;
  return await exitCodeOf(values, name, find, app, {
    title: given.length > 0 ? `Run ${program} in ${name}` : `Open a shell in ${name}`,
    effect: ({ env, ...more }) => ({
      kind: "shell",
      argv: [program, ...rest],
      ...(env && Object.keys(env).length > 0 ? { env } : {}),
      ...more,
    }),
  });
}

/** The part of a program that depends on its instance. */
type Identity = Pick<
  Program,
  "instance" | "user" | "cwd" | "env" | "hidesEnv" | "limitSeconds" | "endSeconds"
>;

/** A program to run in an instance. */
interface Started {
  readonly title: string;
  /** The program gets piped input. */
  readonly readsInput?: boolean;
  readonly effect: (more: Identity, input: Pick<Exec, "stdin" | "input" | "inherits">) => Effect;
}

/** Runs a program in an instance and returns its exit code; failures of lxops itself have other codes. */
async function exitCodeOf(
  values: Values,
  name: string,
  find: FindPlace,
  app: App,
  program: Started,
): Promise<number> {
  let place: Place | undefined;
  try {
    const [env, found, input] = await Promise.all([
      environmentOf(values, app),
      find(name),
      program.readsInput ? inputOf(values, app) : {},
    ]);
    place = found;
    const effect = program.effect(await identityOf(values, env, place), input);
    await applyEffect(place.app, program.title, effect, { dryRun: values["dry-run"], passOutput: true });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommandError && error.code !== 0) return error.code;
    if (!(error instanceof LxopsError) || KEPT.some((kind) => error instanceof kind)) throw error;
    if (!place) throw new NotRunError(error, error.advice);
    const { withNearest } = await import("../../shared/missing_instances.ts");
    const named = await withNearest(error, place);
    throw new NotRunError(named, named === error ? await adviceOf(error, place.ref) : [LIST]);
  }
}

const LIST = "To list all: lxops ps --all";

/** Returns the instance of a program, with the variables, the ids and the directory that were asked for. */
async function identityOf(
  values: Values,
  env: Readonly<Record<string, string>>,
  place: Place,
): Promise<Identity> {
  const { cwd, user } = values;
  if (cwd !== "" && !cwd.startsWith("/")) {
    throw new UsageError(`--cwd takes an absolute path in the instance, not "${cwd}"`);
  }
  return {
    instance: place.ref,
    env,
    ...(values["env-file"].length > 0 ? { hidesEnv: true as const } : {}),
    ...(user === "" ? {} : await userOf(user, env, place)),
    ...(cwd === "" ? {} : { cwd }),
    ...limitsOf(values),
  };
}

async function userOf(
  user: string,
  env: Readonly<Record<string, string>>,
  { app, ref }: Place,
): Promise<Partial<Identity>> {
  const { asAccount, findAccount } = await import("../../../run/perform/account.ts");
  return asAccount(await findAccount(user, ref, await app.server()), env);
}

/** Errors that keep their own exit codes. */
const KEPT = [UsageError, InterruptedError] as const;

class NotRunError extends LxopsError {
  override readonly exitCode = EXIT.exec;

  constructor(cause: LxopsError, advice: readonly string[]) {
    super(cause.message, advice, { cause });
  }
}

/** Returns the advice of an error, with the command that starts an instance which does not run. */
async function adviceOf(error: LxopsError, ref: InstanceRef): Promise<readonly string[]> {
  if (!(error instanceof ServerError) || !/\bnot running\b/.test(error.message)) return error.advice;
  const { startAdvice } = await import("../../../plan/instance/ownership.ts");
  return [...error.advice, ...startAdvice({ ...ref, status: "Stopped" })];
}

/** Returns the input of a program as it arrives; for a script of a dry run, all of it. */
async function inputOf(
  { "dry-run": isShown }: Values,
  { stdin }: App,
): Promise<Pick<Exec, "stdin" | "input" | "inherits">> {
  if (!isShown) return stdin.isTerminal() ? {} : { inherits: true };
  const bytes = await stdin.piped();
  if (bytes === undefined) return {};
  const text = textOf(bytes);
  const isText = text !== undefined && !text.includes("\0") && (text === "" || text.endsWith("\n"));
  return isText ? { stdin: text } : { input: bytes };
}

const LOGIN = ["/bin/sh", "-c", "cd; command -v bash >/dev/null && exec bash -l; exec sh -l"] as const;
