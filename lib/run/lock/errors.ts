/**
 * Errors about locks.
 *
 * @module
 */
import { refuse, ServerError, StateError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import type { LockPlace } from "../../ports/lock.ts";
import type { OtherRun } from "../../ports/machine_lock.ts";
import { parseRun } from "../../ports/runs.ts";
import { BEAT_SECONDS, type Busy, DEAD_SECONDS, holderText } from "./holder.ts";
import type { LockWant } from "./names.ts";

/** Advice for a command that meets the run which has started it. */
const OWN_ANCESTOR = [
  "That lxops has started this command, as a hook or in a script, and ends only after it: waiting for it is of no use",
  "Run this command once that lxops has ended, or leave it out of the hook",
] as const;

/** Returns the refusal of a command that meets another run. */
export function lockedError(busy: Busy, command: string, client: string, waited: number): StateError {
  const { want: { what }, place: { name, project }, holder, state, isAncestor } = busy;
  const run = parseRun(holder.run);
  const at = project === "default" ? "" : ` --project ${quote(project)}`;
  const after = waited > 0 ? ` for ${waited} s` : "";
  return refuse(
    `Cannot run ${command}`,
    `another lxops works on ${what}${after} (${holderText(busy)})`,
    [
      ...(isAncestor ? OWN_ANCESTOR : state === "elsewhere"
        ? [
          `To look at it: ${client} profile show ${quote(name)}${at}`,
          ...(run ? [`Or on "${run.host}": ps -fp ${run.pid}`] : []),
          "To wait until it has ended, or has given no sign of life for a minute: " +
          `--lock-timeout ${DEAD_SECONDS + BEAT_SECONDS}`,
        ]
        : [
          `To look at it: ps -fp ${run?.pid ?? 0}`,
          "To wait for its end: --lock-timeout SECONDS",
        ]),
    ],
    "locked",
  );
}

/** Returns the refusal of a command that meets a run at another daemon of this machine. */
export function directoryError(
  run: OtherRun & { readonly isAncestor?: true },
  command: string,
  waited: number,
  hasFlag = true,
): StateError {
  const after = waited > 0 ? ` for ${waited} s` : "";
  const of = run.use.instance === undefined ? "" : ` of instance "${run.use.instance}"`;
  return refuse(
    `Cannot run ${command}`,
    `another lxops works on "${run.use.directory}"${of}${after} (${otherRunText(run)})`,
    run.isAncestor ? OWN_ANCESTOR : [
      ...(run.pid === undefined ? [] : [`To look at it: ps -fp ${run.pid}`]),
      hasFlag
        ? "To wait for its end: --lock-timeout SECONDS"
        : "Run this command again when the other one has ended",
    ],
    "locked",
  );
}

/** Returns a run at another daemon in words: `process 42 of this machine, lxops-lxd rebuild of anna since ...`. */
export function otherRunText({ pid, program, command, user, since }: OtherRun): string {
  if (pid === undefined) return "a process of this machine that does not tell what it does";
  return `process ${pid} of this machine, ${program ?? "lxops"} ${command ?? "?"} of ${user ?? "?"} since ${
    since ?? "?"
  }`;
}

/** Returns the refusal of a profile that has the name of a lock and is none. */
export function foreignError({ name, project }: LockPlace, client: string): StateError {
  const at = project === "default" ? "" : ` --project ${quote(project)}`;
  return refuse(
    `Cannot lock: profile "${name}" is not a lock of lxops`,
    "its name is reserved for one",
    [`Rename it: ${client} profile rename ${quote(name)} NAME${at}`],
  );
}

/** Returns the error of a run whose lock another one has taken over. */
export function takenOverError({ what }: LockWant): StateError {
  return new StateError(`Another lxops has taken over the lock of ${what}`, {
    kind: "locked",
    advice: [
      "This one gave no sign of life for a minute: the machine slept, or the daemon could not be reached",
    ],
  });
}

/** Returns an error with the flag for users who may not create profiles. */
export function lockRefusal(error: unknown): unknown {
  if (!(error instanceof ServerError) || error.status !== 403) return error;
  return new ServerError(`Cannot lock: this user may not create and delete profiles: ${error.message}`, {
    status: error.status,
    request: error.request,
    advice: [...error.advice, "Without a lock, if no other lxops works on the same instance: --no-lock"],
  });
}
