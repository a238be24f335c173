/**
 * The other kind of daemon on the same machine, whose containers may use directories that this daemon does not know.
 *
 * @module
 */
import { hasOwnProfiles } from "../../ports/daemon.ts";
import type { Backend, Host, InstanceServer, OtherDaemonInstances, ProfileInfo } from "../../ports/mod.ts";
import { connect } from "./daemon.ts";

/**
 * Returns the instances of the other daemon in all of its projects; none where it is not installed. A failure is
 * reported in the result, not thrown: the user may have no access to that daemon.
 */
export async function otherDaemonInstances(
  backend: Backend,
  host: Host,
  want: { readonly profiles?: boolean } = {},
): Promise<OtherDaemonInstances> {
  const { otherDaemon } = backend;
  const nothing = { title: otherDaemon.title, instances: [] };
  const named = host.env(otherDaemon.env.socket) ?? below(host.env(otherDaemon.env.dir));
  for (const path of named === undefined ? otherDaemon.sockets : [named]) {
    try {
      if (await host.lstat(path) === undefined) continue;
      // Errors name the other daemon.
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

/** Reads the profiles of all projects that have profiles of their own. */
async function allProfiles(server: InstanceServer): Promise<readonly ProfileInfo[]> {
  const own = (await server.projects()).filter(hasOwnProfiles);
  return (await Promise.all(own.map(({ name }) => server.profiles(name)))).flat();
}
