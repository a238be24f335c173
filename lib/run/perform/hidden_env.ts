/**
 * Secret variables of a program in an instance. Both daemons start programs by a command line that has the variables in
 * it, which all users of the machine can list. Here a shell of the instance reads them from its input instead.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import type { Exec } from "../../ports/mod.ts";
import type { Run } from "./perform.ts";

/** Sets the variables of its input, and becomes the program, whose input is empty. */
const READ_ENV = 'eval "$(cat)" && exec "$@" </dev/null';

/** Tells whether the instance has what `READ_ENV` needs. */
const CAN_READ = ": ; command -v cat >/dev/null";

/** Variables that shells refuse to set. */
const FIXED: readonly string[] = ["BASHOPTS", "BASH_VERSINFO", "EUID", "PPID", "SHELLOPTS", "UID"];

/** Longest time for the look at the shell of the instance. */
const LOOK_MS = 10_000;

/**
 * Returns the program without its variables on the command line of the daemon. A program that has an input, or whose
 * instance has no shell, is returned unchanged.
 */
export async function withHiddenEnv(exec: Exec, { instance, controls, report, signal }: Run): Promise<Exec> {
  const { env = {}, ...rest } = exec;
  const all = Object.entries(env);
  const hidden = all.filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !FIXED.includes(name));
  const hasInput = exec.inherits || exec.input !== undefined || exec.stdin !== undefined;
  if (hidden.length === 0 || hasInput) return exec;
  const look: Exec = { instance: exec.instance, argv: ["/bin/sh", "-c", CAN_READ] };
  const within = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
  const isAble = await controls.control.exec(look, () => {}, within).then((code) => code === 0, () => false);
  signal.throwIfAborted();
  if (!isAble) {
    const text =
      "its image has no shell: while the program runs, lists of processes on the daemon's machine show the " +
      "values of --env-file";
    report({ kind: "note", instance, text });
    return exec;
  }
  const open = all.filter((one) => !hidden.includes(one));
  return {
    ...rest,
    argv: ["/bin/sh", "-c", READ_ENV, "sh", ...exec.argv],
    stdin: hidden.map(([name, value]) => `export ${name}=${quote(value)}\n`).join(""),
    ...(open.length > 0 ? { env: Object.fromEntries(open) } : {}),
  };
}
