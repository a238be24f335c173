/**
 * Finds the daemon's socket: the `--socket` option, then the environment, then the places that packages use.
 *
 * @module
 */
import { ServerError } from "../../base/errors.ts";
import type { SocketLook, SocketPlaces } from "../../ports/health/inspector.ts";
import type { Backend, Host } from "../../ports/mod.ts";

/** The result of an attempt to connect. */
type Finding = "alive" | "absent" | "refused" | "forbidden";

interface Candidate {
  readonly path: string;
  /** The option, variable or list that named it, for messages. */
  readonly source: string;
}

/** Connects to a socket. */
export type Dial = (path: string) => Promise<{ close(): void }>;

/** Chooses the first socket that accepts a connection; only the named one where option or environment name one. */
export async function findSocket(
  backend: Backend,
  option: string | undefined,
  host: Pick<Host, "env">,
  dial: Dial = dialSocket,
): Promise<string> {
  const candidates = candidatesOf(backend, option, host)
    .map(({ path, source }) => ({ path: path.replace(/(?<=[^/])(?:\/+\.?)+$/, ""), source }));
  const findings: { readonly candidate: Candidate; readonly finding: Finding }[] = [];
  for (const candidate of candidates) {
    const finding = await probe(candidate.path, dial);
    if (finding === "alive") return candidate.path;
    findings.push({ candidate, finding });
  }
  const first = (finding: Finding) => findings.find((entry) => entry.finding === finding)?.candidate;
  const forbidden = first("forbidden");
  if (forbidden !== undefined) {
    const owner = ownerOf(forbidden.path, backend);
    throw new ServerError(
      `No permission to use the socket of ${owner ?? backend.title}, "${forbidden.path}"`,
      { advice: owner === undefined ? permissionAdvice(backend) : otherAdvice(backend) },
    );
  }
  const refused = first("refused");
  if (refused !== undefined) {
    if (!await isSocket(refused.path)) throw new ServerError(`"${refused.path}" is not a socket`);
    const owner = ownerOf(refused.path, backend);
    throw new ServerError(
      `${owner ?? backend.title} is not running: nothing answers at "${refused.path}" (${refused.source})`,
      { advice: owner === undefined ? startAdvice(backend) : otherAdvice(backend) },
    );
  }
  const places = candidates.map(({ path, source }) => `"${path}" (${source})`).join(", ");
  throw new ServerError(`No socket of ${backend.title} found; looked at ${places}`, {
    advice: [
      ...(await isThere(backend.otherDaemon.sockets) ? otherAdvice(backend) : []),
      ...startAdvice(backend),
      ...(option ? [] : [`Elsewhere: name the socket with --socket PATH or ${backend.env.socket}`]),
    ],
  });
}

/** Tells whether a path is a socket, or may be one. */
async function isSocket(path: string): Promise<boolean> {
  const info = await Deno.stat(path).catch(() => undefined);
  return info === undefined || info.isSocket === true;
}

/** Tells whether one of some sockets is there. */
async function isThere(paths: readonly string[]): Promise<boolean> {
  const found = await Promise.all(paths.map((path) => Deno.stat(path).catch(() => undefined)));
  return found.some((info) => info?.isSocket === true);
}

/** Returns the title of the other daemon where a socket is one of its usual ones or below a directory with its name. */
function ownerOf(path: string, { service, otherDaemon }: Backend): string | undefined {
  const directories = path.split("/").slice(0, -1);
  const isOther = otherDaemon.sockets.includes(path) ||
    directories.includes(otherDaemon.service) && !directories.includes(service);
  return isOther ? otherDaemon.title : undefined;
}

function otherAdvice({ title, program, otherDaemon }: Backend): readonly string[] {
  return [
    `This is ${program}, which is for ${title}; for ${otherDaemon.title} there is ${otherDaemon.program}`,
  ];
}

/** Returns lines of advice on a daemon that does not run. */
export function startAdvice({ title, service, initCommand }: Backend): readonly string[] {
  return [
    `If ${title} is installed, start it: "systemctl start ${service}" or, as a snap, "snap start ${service}"`,
    `If it is not, install it and run "${initCommand}" once`,
  ];
}

function permissionAdvice(backend: Backend): readonly string[] {
  const group = backend.groups[0] ?? "root";
  return [
    `Run lxops with sudo, or join the group: sudo usermod -aG ${group} "$USER"; then log in again`,
    `Members of ${backend.groups.map((name) => `"${name}"`).join(" and ")} may do what root may do`,
  ];
}

/** Connects to every path where the socket of a daemon may be, and returns the results. */
export async function lookForSockets(
  daemon: SocketPlaces,
  option: string,
  host: Pick<Host, "env">,
  signal: AbortSignal,
): Promise<readonly SocketLook[]> {
  return await Promise.all(
    candidatesOf(daemon, option, host).map(async ({ path, source }): Promise<SocketLook> => {
      const at = { path, ...(source === USUAL ? {} : { source }) };
      const late = Promise.withResolvers<"late">();
      const give = () => late.resolve("late");
      signal.addEventListener("abort", give, { once: true });
      try {
        const state = await Promise.race([probe(path, dialSocket), late.promise]);
        if (state !== "refused" || (await Deno.stat(path)).isSocket) return { ...at, state };
        return { ...at, state: "other", why: "it is not a socket" };
      } catch (error) {
        return { ...at, state: "other", why: errorText(error) };
      } finally {
        signal.removeEventListener("abort", give);
      }
    }),
  );
}

/** The source of a socket that neither an option nor a variable names. */
const USUAL = "usual place";

function candidatesOf(
  backend: SocketPlaces,
  option: string | undefined,
  host: Pick<Host, "env">,
): readonly Candidate[] {
  if (option !== undefined && option !== "") return [{ path: option, source: "--socket" }];
  const socket = host.env(backend.env.socket);
  if (socket) return [{ path: socket, source: backend.env.socket }];
  const dir = host.env(backend.env.dir);
  if (dir) return [{ path: `${dir.replace(/\/+$/, "")}/unix.socket`, source: backend.env.dir }];
  return backend.sockets.map((path) => ({ path, source: USUAL }));
}

// A socket file says nothing about a daemon behind it, and its mode little about who may connect.
async function probe(path: string, dial: Dial): Promise<Finding> {
  try {
    const connection = await dial(path);
    connection.close();
    return "alive";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return "absent";
    if (error instanceof Deno.errors.ConnectionRefused) return "refused";
    if (error instanceof Deno.errors.PermissionDenied) return "forbidden";
    if (!await isSocket(path)) throw new ServerError(`"${path}" is not a socket`);
    throw new ServerError(`Cannot connect to the socket "${path}": ${errorText(error)}`);
  }
}

function dialSocket(path: string): Promise<Deno.Conn> {
  return Deno.connect({ transport: "unix", path });
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
