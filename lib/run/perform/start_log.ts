/**
 * The log of an instance that did not start. It is deleted with the instance where that is undone, and the daemon
 * itself reports a command line only.
 *
 * @module
 */
import { parseApiPath } from "../../base/api.ts";
import { logPath } from "../../plan/requests/reads.ts";
import type { InstanceServer } from "../../ports/mod.ts";
import type { Step } from "../../step/step.ts";

/** The end of the log that is looked at, in bytes. */
const TAIL = 65_536;
const LINES = 5;
const LENGTH = 300;

/** Returns the first lines about errors in the log of an instance whose start failed; none where there is no log. */
export async function startLog({ effect }: Step, server: InstanceServer): Promise<readonly string[]> {
  if (effect.kind !== "send") return [];
  const { parts: [, inPath], project } = parseApiPath(effect.path);
  // A request that creates and starts an instance has its name in the body.
  const name = inPath ?? String((effect.body as { readonly name?: unknown }).name);
  try {
    const bytes = await server.getBytes(logPath({ project, name }, "lxc.log"));
    const text = new TextDecoder().decode((bytes ?? new Uint8Array()).slice(-TAIL));
    // The first errors are the reason, and the later ones follow from them. The daemons begin a new log with each start.
    // The lines begin with the name and the time, which the message has already.
    return text.split("\n").filter((line) => / ERROR /.test(line)).slice(0, LINES)
      .map((line) => line.replace(/^.*? ERROR +/, "").slice(0, LENGTH));
  } catch {
    // The failure itself matters more than its log.
    return [];
  }
}
