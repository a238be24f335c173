/**
 * `exec`, `shell` and `top`.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";
import type { App } from "../../command/app.ts";
import { oneMeantPlace, type PlaceValues } from "../../places/places.ts";
import { refuseMisplacedFlag } from "../../shared/misplaced_flag.ts";
import { openShell, runProgram } from "../instance/exec.ts";
import type { EnvironmentValues } from "../run/environment.ts";

interface ShellValues extends PlaceValues, EnvironmentValues {
  readonly "dry-run": boolean;
  readonly user: string;
  readonly cwd: string;
  readonly timeout: string;
  readonly "kill-after": string;
}

interface ExecValues extends ShellValues {
  readonly t: boolean;
  readonly T: boolean;
}

/** Runs `exec`, with the terminal where there is one, as interactive programs need it. */
export async function exec(values: ExecValues, operands: readonly string[], app: App): Promise<number> {
  if (values.t && values.T) throw new UsageError("-t and -T cannot be combined");
  refuseMisplacedFlag("exec", operands[0]!, operands[1]);
  const find = (operand: string) => oneMeantPlace(operand, values, app);
  const run = values.t || !values.T && app.isInteractive() ? openShell : runProgram;
  return await run(values, operands, find, app);
}

/** The working directory, whose container is meant without an operand. */
const HERE = ".";

/** Runs `shell`. */
export async function shell(values: ShellValues, operands: readonly string[], app: App): Promise<number> {
  const [name = HERE, ...program] = operands;
  refuseMisplacedFlag("shell", name, program[0]);
  return await openShell(values, [name, ...program], (operand) => oneMeantPlace(operand, values, app), app);
}

/** Lists processes: by `ps`, or where the instance has none, by the files of the kernel. */
const PROCESSES = [
  "ps -ef 2>/dev/null || ps 2>/dev/null || { echo 'PID COMMAND'; for one in /proc/[0-9]*;",
  `do command=$(tr '\\0' ' ' 2>/dev/null <"$one/cmdline") && [ -n "$command" ]`,
  '&& echo "${one#/proc/} $command"; done; true; }',
].join(" ");

/** Variable with the script, which the list of processes would else show with the shell that runs it. */
const SCRIPT = "LXOPS_PROCESSES";

/** Runs `top`. */
export async function top(values: ShellValues, operands: readonly string[], app: App): Promise<number> {
  const find = (operand: string) => oneMeantPlace(operand, values, app);
  const all = { ...values, env: [...values.env, `${SCRIPT}=${PROCESSES}`] };
  return await runProgram(all, [operands[0] ?? HERE, "/bin/sh", "-c", `eval "$${SCRIPT}"`], find, app);
}
