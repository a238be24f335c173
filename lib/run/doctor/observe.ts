/**
 * The facts that `doctor` judges, gathered side by side.
 *
 * @module
 */
import { type ConfigError, formatIssue, LxopsError } from "../../base/errors.ts";
import type { CertificateFacts, DaemonFacts, Facts, FileFacts } from "../../plan/doctor/facts.ts";
import { foundOf } from "../../plan/doctor/facts.ts";
import type { Look } from "../../ports/health/inspector.ts";
import type { Host, InstanceServer } from "../../ports/mod.ts";
import type { ClientConfig } from "../../ports/trust.ts";
import { DEADLINES, lookAtDaemon, withFlags } from "./daemon.ts";
import { lookFor } from "./look.ts";
import { chainOf, lookAtGround, lookAtPlaces, type MachineSources } from "./machine.ts";

/** The sources from which the facts are gathered. */
export interface Sources extends Omit<MachineSources, "inspector"> {
  /** Absent where nothing looks at the machine. */
  readonly inspector?: MachineSources["inspector"];
  readonly server: () => Promise<InstanceServer>;
  readonly isLocal: () => Promise<boolean>;
  readonly project: () => Promise<string>;
  readonly remote: () => Promise<string>;
  readonly client: () => Promise<ClientConfig>;
  /** Files with the user's properties, and their problems. */
  readonly properties: () => Promise<
    { readonly files: readonly string[]; readonly problems: readonly string[] }
  >;
  /** Files of lxops that only their owner may read. */
  readonly secrets: readonly string[];
}

/** The remote and the project of the daemon, or the reason why they are unknown. */
interface Place {
  readonly remote: string;
  readonly project: string;
  readonly isLocal: boolean;
  readonly away?: Facts["away"];
}

/** Gathers all facts. */
export async function gather(sources: Sources): Promise<Facts> {
  const { backend, host, inspector } = sources;
  const place = await findPlace(sources);
  const local = inspector && place.isLocal ? { ...sources, inspector } : undefined;
  const [reached, ground, properties, client] = await Promise.all([
    place.away ? at(place.away) : reach(sources, place.project),
    local ? lookAtGround(local) : undefined,
    sources.properties(),
    lookFor(DEADLINES.answer, "the client's configuration", sources.client),
  ]);
  const { daemon } = reached;
  const address = reached.address ?? "";
  const [places, files, certificates] = await Promise.all([
    local ? lookAtPlaces({ backend, address, isRoot: host.isRoot }, daemon, local) : undefined,
    lookFor(DEADLINES.answer, "files", () => readFiles(sources, properties.files, foundOf(client))),
    lookFor(DEADLINES.answer, "certificates", () => readCertificates(foundOf(client), host)),
  ]);
  const now = Date.now();
  const sudoUid = Number(host.env("SUDO_UID"));
  return {
    backend,
    address,
    remote: place.remote,
    project: place.project,
    ...(reached.away ? { away: reached.away } : {}),
    ...(daemon
      ? { daemon: places ? { ...daemon, networks: withFlags(daemon.networks, places.texts) } : daemon }
      : {}),
    ...(ground && places ? { local: { ...ground, ...places } } : {}),
    certificates: "problem" in client ? client : certificates,
    files,
    properties: properties.problems,
    isRoot: host.isRoot,
    ...(sudoUid > 0 ? { sudoUid } : {}),
    now,
    ...(reached.ahead === undefined ? {} : { daemonNow: now + reached.ahead }),
    deadlineSeconds: DEADLINES.answer,
  };
}

/** Finds the remote and the project. A broken configuration of the client, or an unknown remote, becomes a fact. */
async function findPlace(sources: Sources): Promise<Place> {
  try {
    const [remote, project, isLocal] = await Promise.all([
      sources.remote(),
      sources.project(),
      sources.isLocal(),
    ]);
    return { remote, project, isLocal };
  } catch (error) {
    if (!(error instanceof LxopsError)) throw error;
    return { remote: "?", project: "default", isLocal: true, away: awayOf(error, false) };
  }
}

function awayOf(error: LxopsError, late: boolean): NonNullable<Facts["away"]> {
  return { message: error.message, advice: error.advice, late };
}

/** The result of connecting to the daemon. */
interface Reached {
  readonly daemon?: DaemonFacts;
  readonly address?: string;
  /** The milliseconds by which its clock is ahead of this machine's. */
  readonly ahead?: number;
  readonly away?: Facts["away"];
}

function at(away: NonNullable<Facts["away"]>): Reached {
  return { away };
}

async function reach({ server, backend, host }: Sources, project: string): Promise<Reached> {
  let refused: LxopsError | undefined;
  const found: Look<InstanceServer> = await lookFor(DEADLINES.answer, backend.title, async () => {
    try {
      return await server();
    } catch (error) {
      if (error instanceof LxopsError) refused = error;
      throw error;
    }
  });
  if ("problem" in found) {
    return {
      away: refused ? awayOf(refused, false) : { message: found.problem, advice: [], late: found.late },
    };
  }
  const at = found.found;
  const daemon = await lookAtDaemon(at, { project, title: backend.title, host });
  const { server: itself } = daemon;
  // A socket that accepts and disconnects, or a server with another certificate, counts as not reached.
  if ("problem" in itself && !itself.late) {
    return { address: at.address, away: { message: itself.problem, advice: [], late: false } };
  }
  const now = foundOf(itself) ? at.now?.() : undefined;
  return { daemon, address: at.address, ...(now === undefined ? {} : { ahead: now - Date.now() }) };
}

async function readFiles(
  { host, secrets }: Sources,
  properties: readonly string[],
  client: ClientConfig | undefined,
): Promise<readonly FileFacts[]> {
  const directory = client?.directory;
  const keys = directory === undefined
    ? []
    : (await host.readDir(`${directory}/clientcerts`).catch(() => [])).filter((name) => name.endsWith(".key"))
      .map((name) => `${directory}/clientcerts/${name}`);
  const all = [
    ...properties.map((path) => ({ path, secret: false })),
    ...secrets.map((path) => ({ path, secret: true })),
    ...(directory === undefined ? [] : [
      { path: `${directory}/config.yml`, secret: false },
      { path: `${directory}/client.key`, secret: true },
    ]),
    ...keys.map((path) => ({ path, secret: true })),
    ...PROGRAM_FILES.map((path) => ({ path, secret: false })),
  ];
  const found = await Promise.all(all.map(async ({ path, secret }): Promise<FileFacts[]> => {
    const real = await host.realPath(path).catch(() => undefined);
    return real === undefined ? [] : [{ path, secret, chain: await chainOf(real, host) }];
  }));
  return found.flat();
}

/** Directories in which lxops looks for the programs that it runs as root. */
const PROGRAM_FILES = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"] as const;

async function readCertificates(
  client: ClientConfig | undefined,
  host: Pick<Host, "readDir" | "readText">,
): Promise<readonly CertificateFacts[]> {
  if (!client) return [];
  const { directory } = client;
  const named = async (place: string) =>
    (await host.readDir(`${directory}/${place}`)).filter((name) => name.endsWith(".crt"));
  const [own, servers] = await Promise.all([named("clientcerts"), named("servercerts")]);
  const all = [
    { file: `${directory}/client.crt` },
    ...own.map((name) => ({ file: `${directory}/clientcerts/${name}` })),
    ...servers.map((name) => ({
      file: `${directory}/servercerts/${name}`,
      server: name.slice(0, -".crt".length),
    })),
  ];
  const found = await Promise.all(all.map(async (one): Promise<CertificateFacts[]> => {
    const text = await host.readText(one.file);
    return text === undefined ? [] : [{ ...one, text }];
  }));
  return found.flat();
}

/** Returns the lines of an error about files. */
export function problemLines(error: ConfigError): readonly string[] {
  return error.issues.filter(({ severity }) => severity === "error").map(formatIssue);
}
