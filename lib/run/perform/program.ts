/**
 * Programs in instances that a plan runs: as a user that the instance knows, and no longer than they may.
 *
 * @module
 */
import { CommandError, InterruptedError, StateError } from "../../base/errors.ts";
import type { Exec } from "../../ports/mod.ts";
import type { Program } from "../../step/program.ts";
import type { Run } from "./perform.ts";

/** Exit code of a program that took too long, as that of `timeout` (coreutils). */
const TIMED_OUT = 124;

/** Limits of a program that is a part of lxops. */
const BOUNDED_SECONDS = 300;
const BOUNDED_BYTES = 256 * 1024;

/**
 * Runs a program with piped output, or with the user's terminal.
 *
 * @throws {CommandError} with its exit code, where that is not 0
 */
export async function runProgram(
  effect: { readonly kind: "exec" | "shell" } & Program,
  run: Run,
): Promise<void> {
  const { instance, controls: { control, server }, report } = run;
  const { account, limitSeconds: given, bounded = false, hidesEnv = false, ...rest } = effect;
  const limitSeconds = given ?? (bounded ? BOUNDED_SECONDS : undefined);
  if (rest.cwd !== undefined) await checkDirectory(rest.cwd, effect, server);
  const open: Exec = { ...rest, ...account === undefined ? {} : await userOf(account, effect, server) };
  const exec = hidesEnv && effect.kind === "exec"
    ? await (await import("./hidden_env.ts")).withHiddenEnv(open, run)
    : open;
  const { signal, isOver, end, over } = limited(run.signal, limitSeconds);
  let printed = 0;
  const isTooLong = () => bounded && printed > BOUNDED_BYTES;
  try {
    const code = effect.kind === "shell" ? await control.shell(exec, signal) : await control.pipe(
      exec,
      (bytes, stream) => {
        printed += bytes.length;
        if (isTooLong()) over();
        else report({ kind: "bytes", instance, bytes, stream });
      },
      signal,
    );
    if (code !== 0) throw failed(effect, code);
  } catch (error) {
    if (!isOver() || run.signal.aborted) throw error;
    const program = bounded
      ? `"${effect.argv[0]}" in instance "${effect.instance.name}"`
      : `"${effect.argv.join(" ")}"`;
    const why = isTooLong()
      ? `, as it printed more than ${BOUNDED_BYTES / 1024} KiB`
      : ` after ${limitSeconds} s`;
    throw new CommandError(`${program} was ended${why}`, {
      argv: effect.argv,
      code: TIMED_OUT,
    });
  } finally {
    end();
  }
}

async function userOf(name: string, { instance, env }: Exec, server: Run["controls"]["server"]) {
  const { asAccount, findAccount } = await import("./account.ts");
  return asAccount(await findAccount(name, instance, server), env);
}

/** Refuses a directory that does not exist: the daemons would run the program in `/`. */
async function checkDirectory(path: string, { instance }: Exec, server: Run["controls"]["server"]) {
  if (await server.isDirectory(instance, path)) return;
  // The daemon itself says that an absent or stopped instance runs no program.
  const status = (await server.instance(instance))?.status ?? "Stopped";
  if (status === "Stopped") return;
  throw new StateError(`There is no directory "${path}" in instance "${instance.name}"`, { kind: "missing" });
}

function failed({ kind, argv, instance }: { readonly kind: "exec" | "shell" } & Program, code: number) {
  const message = kind === "shell"
    ? `The shell ended with exit code ${code}`
    : `"${argv.join(" ")}" in instance "${instance.name}" failed with exit code ${code}`;
  return new CommandError(message, { argv, code });
}

/** Returns a signal that also aborts when so many seconds are over. */
function limited(signal: AbortSignal, seconds: number | undefined) {
  if (seconds === undefined) return { signal, isOver: () => false, end: () => {}, over: () => {} };
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new InterruptedError(`It took longer than ${seconds} s`)),
    seconds * 1000,
  );
  return {
    signal: AbortSignal.any([signal, limit.signal]),
    isOver: () => limit.signal.aborted,
    end: () => clearTimeout(timer),
    over: () => limit.abort(new InterruptedError("It printed too much")),
  };
}
