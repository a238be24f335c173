/**
 * The daemon, once it has ended what an earlier run left it to do.
 *
 * @module
 */
import type { PlanOptions, Target } from "../../../plan/world.ts";
import type { InstanceServer } from "../../../ports/mod.ts";
import type { App } from "../../command/app.ts";
import { printable } from "../../output/output.ts";

/**
 * Waits for what the daemon still does for an earlier run, with `--resume` and for commands that replace data, and
 * returns the daemon to ask anew; otherwise returns the one that was asked ahead.
 */
export async function settled(
  asked: InstanceServer,
  targets: readonly Target[],
  { options, settles = false }: { readonly options?: PlanOptions; readonly settles?: boolean },
  app: App,
): Promise<InstanceServer> {
  if (!options || !options.resume && !settles) return asked;
  const [{ settle }, server] = await Promise.all([import("../../../run/wait/settle.ts"), app.server()]);
  await settle(server, targets, {
    seconds: options.readySeconds,
    note: (text) => app.complain(printable(`note: ${text}`)),
    signal: app.signal,
  });
  return server;
}
