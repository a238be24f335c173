/**
 * The other kind of daemon on the same machine, whose containers may use directories that this daemon does not know.
 *
 * @module
 */
import * as z from "zod/mini";
import { apiPath } from "../../base/api.ts";
import { ServerError } from "../../base/errors.ts";
import { hasOwnProfiles } from "../../ports/daemon.ts";
import type {
  Backend,
  DaemonKind,
  Host,
  InstanceServer,
  OtherDaemonInstances,
  ProfileInfo,
} from "../../ports/mod.ts";
import { connect } from "./daemon.ts";

/**
 * Returns the instances of the other daemon in all of its projects; none where it is not installed. Those that it starts
 * are not `Stopped`, even if the command that has asked for the start has ended. A failure is reported in the result, not thrown:
 * the user may have no access to that daemon.
 */
export async function otherDaemonInstances(
  backend: Backend,
  host: Host,
  want: { readonly profiles?: boolean } = {},
): Promise<OtherDaemonInstances> {
  const { otherDaemon } = backend;
  const nothing = { title: otherDaemon.title, instances: [] };
  for (const path of socketsOf(otherDaemon, host)) {
    try {
      if (await host.lstat(path) === undefined) continue;
      // Errors name the other daemon.
      const other = { ...backend, title: otherDaemon.title, service: otherDaemon.service };
      const { server, close } = await connect(other, { kind: "socket", path, project: "default" }, host);
      try {
        // An instance whose start has ended by this request is listed as running.
        const starting = await startingIn(server);
        const [found, profiles] = await Promise.all([
          server.instances(undefined),
          want.profiles ? allProfiles(server) : undefined,
        ]);
        const instances = found.map((info) =>
          info.status === "Stopped" && starting.has(placeOf(info)) ? { ...info, status: "Starting" } : info
        );
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

/** Returns the socket of the other daemon; `undefined` where this machine has none. */
export async function otherDaemonSocket(
  { otherDaemon }: Backend,
  host: Pick<Host, "env" | "lstat">,
): Promise<string | undefined> {
  for (const path of socketsOf(otherDaemon, host)) {
    if (await host.lstat(path).catch(() => undefined) !== undefined) return path;
  }
  return undefined;
}

function socketsOf({ env, sockets }: DaemonKind, host: Pick<Host, "env">): readonly string[] {
  const named = host.env(env.socket) ?? below(host.env(env.dir));
  return named === undefined ? sockets : [named];
}

/** States of operations that have ended; the daemon lists them for some seconds more. */
const STATUS_OVER: ReadonlySet<string> = new Set(["success", "failure", "cancelled"]);

const operationsSchema = z.record(
  z.string(),
  z.array(z.object({
    description: z.optional(z.string()),
    resources: z.nullish(z.record(z.string(), z.nullish(z.array(z.string())))),
  })),
);

/**
 * Returns the places of the instances that a daemon starts or restarts now, or makes, which may start them, too; the
 * daemon itself lists them as stopped.
 */
async function startingIn(server: InstanceServer): Promise<ReadonlySet<string>> {
  const answer = await server.get(apiPath(["operations"], "recursion=1&all-projects=true")).catch((error) => {
    // Some users may see instances, but not their operations.
    if (error instanceof ServerError && error.status === 403) return undefined;
    throw error;
  });
  const { data } = operationsSchema.safeParse(answer);
  const paths = Object.entries(data ?? {}).flatMap(([status, all]) => STATUS_OVER.has(status) ? [] : all)
    .filter(({ description = "" }) => /^(Starting|Restarting|Creating) /.test(description))
    .flatMap(({ resources }) => Object.values(resources ?? {}).flatMap((names) => names ?? []));
  return new Set(paths.flatMap((path) => {
    const { pathname, searchParams } = new URL(path, "http://daemon");
    const name = /^\/1\.0\/(?:instances|containers)\/([^/]+)$/.exec(pathname)?.[1];
    return name === undefined ? [] : placeOf({ name, project: searchParams.get("project") ?? "" });
  }));
}

function placeOf({ name, project }: { readonly name: string; readonly project: string }): string {
  return `${project || "default"}/${name}`;
}

function below(directory: string | undefined): string | undefined {
  return directory ? `${directory}/unix.socket` : undefined;
}

/** Reads the profiles of all projects that have profiles of their own. */
async function allProfiles(server: InstanceServer): Promise<readonly ProfileInfo[]> {
  const own = (await server.projects()).filter(hasOwnProfiles);
  return (await Promise.all(own.map(({ name }) => server.profiles(name)))).flat();
}
