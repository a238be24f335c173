/**
 * Runs hooks, on the host by the launcher of programs of the user's choice and in instances by their shell, and delivers
 * secrets to instances.
 *
 * @module
 */
import { CommandError, NOTHING_CHANGED, StateError, TimeoutError } from "../../base/errors.ts";
import { LineSplitter } from "../../base/lines.ts";
import type { HookRun, SecretDelivery } from "../../step/provision.ts";
import type { Run } from "./perform.ts";
import { Tail } from "../tail.ts";

/**
 * Runs a hook.
 *
 * @throws {CommandError} where it fails
 */
export async function runHook(hook: HookRun, run: Run): Promise<void> {
  const { instance, report } = run;
  const tail = new Tail();
  const lines = new Map((["stdout", "stderr"] as const).map((stream) => [
    stream,
    new LineSplitter((line) => {
      tail.push(line);
      report({ kind: "output", instance, line, stream });
    }),
  ]));
  const code = await start(hook, run, (bytes, stream) => lines.get(stream)!.push(bytes));
  for (const one of lines.values()) one.end();
  if (code === 0) return;
  const where = hook.how.in === "guest" ? ` in instance "${hook.how.exec.instance.name}"` : "";
  throw new CommandError(`"${hook.path}"${placeOf(hook)} failed${where} with exit code ${code}`, {
    argv: [hook.path],
    code,
    stderr: tail.text(),
  });
}

async function start(
  { path, how }: HookRun,
  { controls, signal }: Run,
  onOutput: (bytes: Uint8Array, stream: "stdout" | "stderr") => void,
): Promise<number> {
  if (how.in === "host") {
    const launcher = await controls.host.launcher?.();
    if (!launcher) {
      throw new StateError(`"${path}" cannot be run from here`, { advice: [NOTHING_CHANGED] });
    }
    return await launcher.run(how.program, onOutput, signal);
  }
  const late = AbortSignal.timeout(how.timeoutSeconds * 1000);
  try {
    return await controls.control.pipe(how.exec, onOutput, AbortSignal.any([signal, late]));
  } catch (error) {
    if (!late.aborted || signal.aborted) throw error;
    throw new TimeoutError(`"${path}" did not end within ${how.timeoutSeconds} s`);
  }
}

function placeOf({ location }: HookRun): string {
  return location ? ` (${location.file}:${location.line})` : "";
}

/**
 * Delivers secrets.
 *
 * @throws {CommandError} where the instance cannot take them; it quotes only what the script itself says
 */
export async function deliverSecrets(
  { exec, timeoutSeconds }: SecretDelivery,
  { controls, signal }: Run,
): Promise<void> {
  const tail = new Tail();
  const lines = new LineSplitter((line) => tail.push(line));
  const late = AbortSignal.timeout(timeoutSeconds * 1000);
  const where = `in instance "${exec.instance.name}"`;
  let code: number;
  try {
    code = await controls.control.pipe(
      exec,
      (bytes, stream) => stream === "stderr" && lines.push(bytes),
      AbortSignal.any([signal, late]),
    );
  } catch (error) {
    if (!late.aborted || signal.aborted) throw error;
    throw new TimeoutError(`The secrets were not delivered ${where} within ${timeoutSeconds} s`);
  }
  lines.end();
  if (code === 0) return;
  // A shell may quote a line that it cannot run.
  const said = tail.lines().filter((line) => SAID.test(line));
  throw new CommandError(`The secrets cannot be delivered ${where}: exit code ${code}`, {
    argv: exec.argv,
    code,
    stderr: said.join("\n"),
  });
}

/** The lines that the script can print. */
const SAID =
  /^(?:secret [\w.-]+: there is no user or group [\w.:-]+|\/run\/lxops must not be a symbolic link|\/run is not in memory, .*disk)$/;
