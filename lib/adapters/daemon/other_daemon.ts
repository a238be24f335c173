/**
 * The other kind of daemon on the same machine: its containers may use directories that this one knows nothing of.
 *
 * @module
 */
import {
  type Backend,
  hasOwnProfiles,
  type Host,
  type InstanceServer,
  type ProfileInfo,
  type SiblingInstances,
} from "../../ports/mod.ts";
import { connect } from "./daemon.ts";

/**
 * The instances of the other daemon, in all of its projects; nothing where none is installed. What cannot be
 * looked at is told, not thrown: it may be none of this person's business.
 */
export async function siblingInstances(
  backend: Backend,
  host: Host,
  want: { readonly profiles?: boolean } = {},
): Promise<SiblingInstances> {
  const { otherDaemon } = backend;
  const nothing = { title: otherDaemon.title, instances: [] };
  const named = host.env(otherDaemon.env.socket) ?? below(host.env(otherDaemon.env.dir));
  for (const path of named === undefined ? otherDaemon.sockets : [named]) {
    try {
      if (await host.lstat(path) === undefined) continue;
      // What goes wrong there is the other one's, and not this one's.
      const other = { ...backend, title: otherDaemon.title, service: otherDaemon.service };
      const { server, close } = await connect(other, { kind: "socket", path, project: "default" }, host);
      try {
        const [instances, profiles] = await Promise.all([
          server.instances(undefined),
          want.profiles ? allProfiles(server) : undefined,
        ]);
        return { title: otherDaemon.title, instances, ...(profiles ? { profiles } : {}) };
      } finally {
        close();
      }
    } catch (error) {
      return { ...nothing, problem: `${path}: ${error instanceof Error ? error.message : error}` };
    }
  }
  return nothing;
}

function below(directory: string | undefined): string | undefined {
  return directory ? `${directory}/unix.socket` : undefined;
}

/** The profiles of all projects that have some of their own. */
async function allProfiles(server: InstanceServer): Promise<readonly ProfileInfo[]> {
  const own = (await server.projects()).filter(hasOwnProfiles);
  return (await Promise.all(own.map(({ name }) => server.profiles(name)))).flat();
}
