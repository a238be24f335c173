/**
 * The other kind of daemon on the same machine: its containers may use directories that this one knows nothing of.
 *
 * @module
 */
import type { Backend, Host, SiblingInstances } from "../ports.ts";
import { connect } from "./daemon.ts";

/**
 * The instances of the other daemon, in all of its projects; nothing where none is installed. What cannot be
 * looked at is told, not thrown: it may be none of this person's business.
 */
export async function siblingInstances(backend: Backend, host: Host): Promise<SiblingInstances> {
  const { sibling } = backend;
  const nothing = { title: sibling.title, instances: [] };
  const named = host.env(sibling.env.socket) ?? below(host.env(sibling.env.dir));
  for (const path of named === undefined ? sibling.sockets : [named]) {
    try {
      if (await host.lstat(path) === undefined) continue;
      const { server, close } = await connect(backend, { kind: "socket", path, project: "default" }, host);
      try {
        const projects = await server.projects();
        const lists = await Promise.all(projects.map(({ name }) => server.instances(name)));
        return { title: sibling.title, instances: lists.flat() };
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
