/**
 * Delivers secrets to an instance.
 *
 * @module
 */
import { CommandError, TimeoutError } from "../../../base/errors.ts";
import { LineSplitter } from "../../../base/lines.ts";
import type { SecretDelivery } from "../../../step/provision.ts";
import type { Run } from "../perform.ts";
import { Tail } from "../tail.ts";

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

/** What the script says, and nothing else. */
const SAID =
  /^(?:secret [\w.-]+: there is no user or group [\w.:-]+|\/run\/lxops must not be a symbolic link|\/run is not in memory, .*disk)$/;
