/**
 * A look at this whole machine.
 *
 * @module
 */
import { dirname } from "@std/path";
import { hostSources } from "../../plan/doctor/instances.ts";
import {
  type DaemonFacts,
  type Facts,
  type FileFacts,
  foundOf,
  type LocalFacts,
  type OtherFacts,
} from "../../plan/doctor/facts.ts";
import { ID_FILES, NAMESPACES } from "../../plan/doctor/ids.ts";
import { FORWARDING } from "../../plan/doctor/network.ts";
import type { Inspector, Look } from "../../ports/health/inspector.ts";
import type { Backend, Host, OtherDaemonInstances, PathInfo } from "../../ports/mod.ts";
import { DEADLINES, flagsPath } from "./daemon.ts";
import { lookFor } from "./look.ts";

/** The ports and values that a look at this machine needs. */
export interface MachineSources {
  readonly backend: Backend;
  readonly host: Host;
  readonly inspector: Inspector;
  /** The socket of `-socket`; empty where it was not given. */
  readonly socket: string;
  readonly otherInstances: () => Promise<OtherDaemonInstances>;
}

/** Facts that need nothing of the daemon. */
export type Ground = Pick<
  LocalFacts,
  "sockets" | "user" | "sudo" | "absent" | "zfs" | "datasets" | "atWork" | "other"
>;

/** Gathers the facts that need nothing of the daemon. */
export async function lookAtGround(sources: MachineSources): Promise<Ground> {
  const { backend, host, inspector, socket } = sources;
  const look = <T>(what: string, how: (signal: AbortSignal) => Promise<T>) =>
    lookFor(DEADLINES.answer, what, how);
  const [sockets, user, sudo, absent, zfs, datasets, atWork, other] = await Promise.all([
    look("the socket", (signal) => inspector.sockets(backend, socket, signal)),
    look("this process", (signal) => inspector.user(signal)),
    host.isRoot ? undefined : look("sudo", (signal) => inspector.sudo(signal)),
    look("the programs of the machine", (signal) => inspector.absentPrograms(signal)),
    look("ZFS", (signal) => inspector.zfs(signal)),
    look("ZFS", () => host.datasets()),
    look("runs of lxops", (signal) => inspector.atWork(signal)),
    lookAtOther(sources),
  ]);
  return { sockets, user, ...(sudo ? { sudo } : {}), absent, zfs, datasets, atWork, other };
}

async function lookAtOther(sources: MachineSources): Promise<Look<OtherFacts>> {
  const { inspector, backend: { otherDaemon: { title, service } } } = sources;
  const sockets = await lookFor(
    DEADLINES.answer,
    title,
    (signal) => inspector.sockets(sources.backend.otherDaemon, "", signal),
  );
  if ("problem" in sockets) return sockets;
  const facts = { title, service, sockets: sockets.found };
  if (!sockets.found.some(({ state }) => state === "alive")) return { found: facts };
  const instances = await lookFor(DEADLINES.answer, title, async () => {
    const { instances, problem } = await sources.otherInstances();
    return problem === undefined ? instances : [];
  });
  return { found: { ...facts, instances } };
}

/** Looks at files, paths and free space; the daemon's lists name some of the paths. */
export async function lookAtPlaces(
  facts: Pick<Facts, "backend" | "address" | "isRoot">,
  daemon: DaemonFacts | undefined,
  { host, inspector }: Pick<MachineSources, "host" | "inspector">,
): Promise<Pick<LocalFacts, "texts" | "places" | "room" | "ways" | "socketMode">> {
  const sources = daemon ? [...new Set(hostSources({ daemon }).map(({ source }) => source))] : [];
  const bridges = (foundOf(daemon?.networks) ?? []).filter(({ managed, isUsed }) => managed && isUsed);
  const files = [
    ...ID_FILES,
    NAMESPACES,
    FORWARDING,
    "/etc/group",
    ...bridges.map(({ name }) => flagsPath(name)),
  ];
  const look = <T>(what: string, how: (signal: AbortSignal) => Promise<T>) =>
    lookFor(DEADLINES.answer, what, how);
  const [texts, places, mode] = await Promise.all([
    look("files of the machine", (signal) => inspector.texts(files, signal)),
    look("directories of instances", (signal) => inspector.places(sources, signal)),
    daemon && facts.address.startsWith("/")
      ? host.lstat(facts.address).then((info) => info?.mode, () => undefined)
      : undefined,
  ]);
  const there = sources.filter((path) => foundOf(places)?.get(path) === "directory");
  const [room, ways] = await Promise.all([
    look("filesystems", (signal) => inspector.room(there, signal)),
    daemon ? waysTo(daemon, facts.address, host) : new Map<string, FileFacts["chain"]>(),
  ]);
  return { texts, places, room, ways, ...(mode === undefined ? {} : { socketMode: mode }) };
}

/** Returns the chains of directories above those in which the daemon has the files of instances. */
async function waysTo(
  daemon: DaemonFacts,
  address: string,
  host: Pick<Host, "lstat">,
): Promise<LocalFacts["ways"]> {
  const pools = foundOf(daemon.pools) ?? [];
  const ends = pools.flatMap(({ driver, source }) =>
    driver === "dir" && source?.startsWith("/") ? [source] : []
  );
  const all = [...new Set(ends.length > 0 ? ends : address.startsWith("/") ? [dirname(address)] : [])];
  return new Map(
    await Promise.all(
      all.map(async (end) => [end, await chainOf(dirname(end), host)] as const),
    ),
  );
}

/** Returns the file at a path and the directories above it; those that cannot be read are left out. */
export async function chainOf(
  path: string,
  host: Pick<Host, "lstat">,
): Promise<readonly (PathInfo & { readonly path: string })[]> {
  const paths = [path];
  for (let at = dirname(path); at !== paths.at(-1); at = dirname(at)) paths.push(at);
  const infos = await Promise.all(paths.map(async (at) => {
    const info = await host.lstat(at).catch(() => undefined);
    return info ? [{ ...info, path: at }] : [];
  }));
  return infos.flat();
}
