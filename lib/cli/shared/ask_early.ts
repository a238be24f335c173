/**
 * Questions to both daemons of the machine that are asked while files are still being read.
 *
 * @module
 */
import type { Ssh } from "../../ports/machine.ts";
import type { OtherDaemonInstances } from "../../ports/mod.ts";
import type { Needs } from "../../run/observe/needs.ts";
import type { PrefetchedServer } from "../../run/observe/prefetch.ts";
import type { App } from "../command/app.ts";
import type { ConfigValues } from "./lifecycle.ts";

/** Returns the daemon, which is asked already for what most files will need; where it is locked, for what locks do not protect. */
export async function askEarly(
  { project }: ConfigValues,
  needs: Needs,
  app: App,
  locked: boolean,
): Promise<PrefetchedServer> {
  // What locks need, as the name of this run, is there when the files are read.
  if (locked) app.lock([], { command: "", seconds: 0 }).catch(() => {});
  const [{ prefetch }, server, current] = await Promise.all([
    import("../../run/observe/prefetch.ts"),
    app.server(),
    app.project(),
  ]);
  const { images = false, allProjects = false, holders = false } = needs;
  return prefetch(server, {
    project: project || current || "default",
    images,
    everywhere: allProjects || holders,
    locked,
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
