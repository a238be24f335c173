/**
 * Questions to both daemons of the machine that are asked while files are still being read.
 *
 * @module
 */
import type { Ssh } from "../../../ports/machine.ts";
import type { OtherDaemonInstances } from "../../../ports/mod.ts";
import type { Needs } from "../../../run/observe/needs.ts";
import type { PrefetchedServer } from "../../../run/observe/prefetch.ts";
import type { Source } from "../../../run/targets/options.ts";
import type { App } from "../../command/app.ts";
import type { ConfigValues } from "../target_options.ts";
import { lockEarly } from "./lock.ts";

/** A command that asks early. */
export interface EarlyQuestions {
  readonly needs: Needs;
  readonly files: readonly Source[];
  /** Name of the command, where it locks its instances. */
  readonly locks?: string | undefined;
}

/**
 * Returns the daemon, after sending the requests that most files need. Where the command locks, the instances that its
 * files are probably for are locked first, and lists are asked for after that.
 */
export async function askEarly(
  values: ConfigValues,
  { needs, files, locks }: EarlyQuestions,
  app: App,
): Promise<PrefetchedServer> {
  // The name of this run is found out meanwhile.
  if (locks !== undefined) app.lockEarly([], locks).catch(() => {});
  const locked = locks === undefined ? undefined : lockEarly(files, values, locks, app);
  // Who takes the locks in the end raises the error.
  locked?.catch(() => {});
  const [{ prefetch }, server, current] = await Promise.all([
    import("../../../run/observe/prefetch.ts"),
    app.server(),
    app.project(),
  ]);
  const { images = false, allProjects = false, holders = false, accounts = false, loss = false } = needs;
  return prefetch(server, {
    project: values.project || current || "default",
    images,
    everywhere: allProjects || holders,
    ...(locked ? { locked } : {}),
    accounts: accounts === true,
    loss,
  });
}

/** Asks the other daemon of this machine, too, where the command will want its instances. */
export async function askOtherDaemon(
  { allProjects = false, holders = false }: Needs,
  app: App,
): Promise<OtherDaemonInstances | undefined> {
  return allProjects || holders ? await app.otherDaemonInstances({ profiles: allProjects }) : undefined;
}

/** Returns the unknown instances of the other daemon on another machine. */
export function unknownOtherDaemon({ host }: Ssh, { backend }: App): OtherDaemonInstances {
  return { title: backend.otherDaemon.title, instances: [], problem: `it would be on "${host}"` };
}
