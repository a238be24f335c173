/**
 * What lxops asks of the outside world. Commands hold what looks, and only `execute()` holds what changes it.
 *
 * @module
 */
import type { Exec, OnBytes, OnLine } from "./exec.ts";
import type { Machine, MachineQuestion } from "./machine.ts";
import type { Dataset, PathInfo, Tree, ZfsSnapshot } from "./host.ts";
import type { Mount, Mounts, TreeUse } from "./mounts.ts";
import type { SmallFiles } from "./peek.ts";
import type { RunState } from "./runs.ts";
import type { Transfer } from "./transfer.ts";

export type { Backend, DaemonKind } from "./backend.ts";
export type { Exec, OnBytes, OnLine } from "./exec.ts";
export type { Mount, Mounts, TreeUse } from "./mounts.ts";
export type { ImageRemote } from "./host.ts";
export { type Dataset, type PathInfo, type Tree, UNFINISHED, UNOWNED, type ZfsSnapshot } from "./host.ts";
export type { RunState } from "./runs.ts";
export type { ImageTransfer, Transfer, VolumeTransfer } from "./transfer.ts";
export type { PoolInfo, VolumeInfo, VolumeRef, VolumeSnapshot } from "./volume.ts";

/** An instance of the daemon: its project and its name. */
export interface InstanceRef {
  readonly project: string;
  readonly name: string;
}

/** A program on the host; `pipe` is a second program that reads its output. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string;
  readonly pipe?: Command;
  /** The directories that it works on with all that is in them. */
  readonly trees?: readonly TreeUse[];
}

/** A request that changes the daemon's state; the path starts with `/1.0/` and has its query. */
export interface Request {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
}

/** A file that is written into an instance; an existing one keeps its mode and owner but for what is `set`. */
export interface Push {
  readonly instance: InstanceRef;
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits, as in `0o644`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** What somebody asked for, so that an existing file gets it, too. */
  readonly set?: readonly ("mode" | "uid" | "gid")[];
}

/** Receives how many bytes have passed so far, of programs of which one reads the other's output. */
export type OnCount = (count: number) => void;

/** What a program on the host gave back. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the daemon says of itself (`GET /1.0`). */
export interface ServerInfo {
  readonly extensions: ReadonlySet<string>;
  readonly server: string;
  readonly version: string;
  /** Architectures that the daemon runs, its own first. */
  readonly architectures: readonly string[];
  /** What its kernel can do, as `idmapped_mounts`, each `true` or `false`. */
  readonly kernel?: Readonly<Record<string, string>>;
  readonly kernelVersion?: string;
  readonly config: Readonly<Record<string, string>>;
  /** Whether it is a member of a cluster, and its name there; absent where it does not say. */
  readonly clustered?: boolean;
  readonly name?: string;
  /** Number of its process, on the machine that it runs on. */
  readonly pid?: number;
}

/** Devices by name, each a map of its keys. */
export type Devices = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** One address of an instance. */
export interface Address {
  readonly family: "inet" | "inet6";
  readonly address: string;
  readonly scope: "global" | "link" | "local";
  readonly interface: string;
  /** MAC of the interface. */
  readonly hwaddr?: string;
  /** The host's end of the interface; only where it is that of a NIC device. */
  readonly hostInterface?: string;
}

/** An instance as the daemon describes it; `state` is there where it was asked for. */
export interface InstanceInfo {
  readonly name: string;
  readonly project: string;
  readonly type: string;
  readonly status: string;
  readonly ephemeral: boolean;
  readonly description: string;
  readonly architecture: string;
  readonly createdAt: string;
  /** The cluster member that it is on; absent where there is no cluster. */
  readonly location?: string;
  readonly profiles: readonly string[];
  /** The instance's own configuration, `volatile.*` included. */
  readonly config: Readonly<Record<string, string>>;
  readonly devices: Devices;
  /** Configuration and devices with those of the profiles. */
  readonly expandedConfig: Readonly<Record<string, string>>;
  readonly expandedDevices: Devices;
  readonly addresses?: readonly Address[];
  readonly snapshots?: readonly string[];
}

/** The instances of the other kind of daemon on the machine. */
export interface SiblingInstances {
  readonly title: string;
  readonly instances: readonly InstanceInfo[];
  /** Of all projects; only where they were asked for. */
  readonly profiles?: readonly ProfileInfo[];
  /** Why they could not be looked at, where there is such a daemon. */
  readonly problem?: string;
}

/** A profile as the daemon describes it. */
export interface ProfileInfo {
  readonly name: string;
  readonly project: string;
  readonly description: string;
  readonly config: Readonly<Record<string, string>>;
  readonly devices: Devices;
  /** API paths of what uses it. */
  readonly usedBy: readonly string[];
}

/** A project and which kinds of objects it has of its own. */
export interface ProjectInfo {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
}

/** Whether a project does not use the profiles of the default one. */
export function hasOwnProfiles({ name, config }: ProjectInfo): boolean {
  return name === "default" || (config["features.profiles"] ?? "true") === "true";
}

/** An image in the daemon's store. */
export interface ImageInfo {
  readonly fingerprint: string;
  readonly aliases: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly type: string;
  readonly architecture: string;
  readonly size?: number;
  readonly isPublic?: boolean;
  readonly uploadedAt?: string;
}

/** One of the daemon's events, as its event socket sends it. */
export interface ServerEvent {
  readonly type: string;
  readonly project: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The daemon, to look at. Absent objects are `undefined`; every failure is a `ServerError`. */
export interface InstanceServer extends SmallFiles {
  /** Where the daemon is, for messages: a socket path or a URL. */
  readonly address: string;
  server(): Promise<ServerInfo>;
  /** The instances of a project, or of all (`undefined`); addresses and snapshots only with `state`, which costs the daemon much more. */
  instances(
    project: string | undefined,
    options?: { readonly state?: boolean },
  ): Promise<readonly InstanceInfo[]>;
  /** One instance, without addresses and snapshots. */
  instance(ref: InstanceRef): Promise<InstanceInfo | undefined>;
  /** The instance with its addresses and status as they are now. */
  instanceState(ref: InstanceRef): Promise<{ status: string; addresses: readonly Address[] } | undefined>;
  profiles(project: string): Promise<readonly ProfileInfo[]>;
  projects(): Promise<readonly ProjectInfo[]>;
  images(project: string): Promise<readonly ImageInfo[]>;
  /** A file of an instance, of at most 16 MiB unless told otherwise; `undefined` where there is none. */
  readFile(ref: InstanceRef, path: string, limitMib?: number): Promise<Uint8Array | undefined>;
  /** Any other `GET`: the answer's metadata; `undefined` on 404. */
  get(path: string): Promise<unknown>;
  /** A `GET` that answers with text instead of JSON, as of a log; `undefined` on 404. */
  getBytes(path: string): Promise<Uint8Array | undefined>;
  /** A `GET` that answers with bytes, read as they come; `undefined` on 404. */
  stream(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Events of the given types until the signal aborts. */
  events(types: readonly string[], project: string, signal: AbortSignal): AsyncIterable<ServerEvent>;
}

/** The daemon, to change; only `execute()` holds one. */
export interface InstanceControl {
  /**
   * Sends a request and awaits its background operation; returns the operation's or the answer's metadata. Where the
   * signal aborts, and the daemon goes on, its end is waited for `settleMs` longer.
   */
  send(
    request: Request,
    signal: AbortSignal,
    onProgress?: (text: string) => void,
    settleMs?: number,
  ): Promise<unknown>;
  /**
   * Runs a program in an instance and returns its exit code when all of its output was delivered. It gets its input
   * when `input` is fulfilled, or at once.
   */
  exec(exec: Exec, onLine: OnLine, signal: AbortSignal, input?: Promise<void>): Promise<number>;
  /** As `exec()`, of a program whose output is passed on byte by byte. */
  pipe(exec: Exec, onBytes: OnBytes, signal: AbortSignal, input?: Promise<void>): Promise<number>;
  /** Runs a program that has the person's terminal. */
  shell(exec: Exec, signal: AbortSignal): Promise<number>;
  push(push: Push, signal: AbortSignal): Promise<void>;
  transfer(
    what: Transfer,
    signal: AbortSignal,
    onProgress?: (text: string) => void,
    settleMs?: number,
  ): Promise<void>;
}

/** The machine, to look at. */
export interface Host {
  readonly isRoot: boolean;
  /** Who runs lxops, where that is not root. */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly cwd: string;
  env(name: string): string | undefined;
  /** A text file; `undefined` where there is none. */
  readText(path: string): Promise<string | undefined>;
  readBytes(path: string): Promise<Uint8Array | undefined>;
  /** `undefined` where there is nothing; throws where it cannot be known (no permission). */
  lstat(path: string): Promise<PathInfo | undefined>;
  /** SHA-256 of the content of files one after the other; `undefined` where one is not there. */
  sha256(paths: readonly string[]): Promise<string | undefined>;
  realPath(path: string): Promise<string | undefined>;
  readDir(path: string): Promise<readonly string[]>;
  /** Filesystems and volumes by name; empty where the machine has no ZFS. */
  datasets(): Promise<ReadonlyMap<string, Dataset>>;
  /** Snapshots by dataset, the oldest first. */
  zfsSnapshots(): Promise<ReadonlyMap<string, readonly ZfsSnapshot[]>>;
  /** The space that directories take, for people; those that cannot be looked at are left out. */
  sizes(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** What is mounted, for lxops and for the process of a daemon, of which a `title` is known. */
  mounts(daemon?: { readonly pid?: number; readonly title: string }): Promise<Mounts>;
  /** Paths without the symbolic links in them; what is not there has the name that it would have. */
  realPaths(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** A directory of the host with all below it that is on the same filesystem. */
  tree(directory: string): Promise<Tree>;
  /** Processes of containers, one of each, that see a directory or a part of it. */
  processesThatSee(directory: string): Promise<readonly string[]>;
  /** Whether its `zfs` takes several snapshots at once, as all but very old ones do. */
  zfsTakesSeveral(): Promise<boolean>;
  /** This run of lxops, as text that tells it from all others; `undefined` where the machine does not say enough. */
  thisRun(): Promise<string | undefined>;
  /** What became of runs. */
  runStates(texts: readonly string[]): Promise<ReadonlyMap<string, RunState>>;
  /** This machine, or one behind ssh, as the end of a copy of filesystems. */
  machine(question: MachineQuestion): Promise<Machine>;
}

/** The machine, to change; only `execute()` holds one. */
export interface HostControl {
  /** Has the person asked, before the first change, what running programs as root takes. */
  unlock?(programs: readonly string[], signal: AbortSignal): Promise<{ end(): void } | undefined>;
  /** Writes a file whole: beside it first, then renamed over it. */
  writeText(path: string, text: string, mode: number): Promise<void>;
  /** What is mounted now, as the programs see it that it runs. */
  mounts(): Promise<readonly Mount[]>;
  /**
   * Runs a program (behind `sudo` where lxops is not root) and returns its exit code and output; where `input` is
   * given, the program reads that.
   */
  run(
    command: Command,
    onLine: OnLine,
    signal: AbortSignal,
    onCount?: OnCount,
    input?: AsyncIterable<Uint8Array>,
  ): Promise<CommandResult>;
}
