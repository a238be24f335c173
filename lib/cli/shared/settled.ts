/**
 * The daemon as a command that goes on with an earlier run sees it.
 *
 * @module
 */
import type { PlanOptions, Target } from "../../plan/world.ts";
import type { InstanceServer } from "../../ports/mod.ts";
import type { App } from "../command/app.ts";
import { printable } from "../output/output.ts";

/**
 * Waits for what an earlier run left, with `--resume` and where a command does so by itself; what was asked before
 * that is then asked anew.
 */
export async function settled(
  asked: InstanceServer,
  targets: readonly Target[],
  options: PlanOptions | undefined,
  app: App,
  always = false,
): Promise<InstanceServer> {
  if (!options || !options.resume && !always) return asked;
  const [{ settle }, server] = await Promise.all([import("../../run/wait/settle.ts"), app.server()]);
  await settle(server, targets, {
    seconds: options.readySeconds,
    note: (text) => app.complain(printable(`note: ${text}`)),
    signal: app.signal,
  });
  return server;
}
