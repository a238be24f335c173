/**
 * The ports to the outside world. Commands hold those that read, and only `execute()` holds those that change.
 *
 * @module
 */
import type { CopyEvents, FileCopy, OnCount, OnProgress } from "./copy.ts";
import type { Exec, OnBytes, OnLine } from "./exec.ts";
import type { Dial, Forwarding } from "./dial.ts";
import type {
  Address,
  ImageInfo,
  InstanceInfo,
  ProfileInfo,
  ProjectInfo,
  ServerEvent,
  ServerInfo,
} from "./daemon.ts";
import type { Machine, MachineQuestion } from "./machine.ts";
import type { Dataset, Listener, PathInfo, Tree, ZfsProperty, ZfsSnapshot } from "./host.ts";
import type { Mount, Mounts, SeeingProcess, TreeUse } from "./mounts.ts";
import type { SmallFiles } from "./peek.ts";
import type { GuestFiles } from "./guest_files.ts";
import type { Launching } from "./launcher.ts";
import type { Inspector } from "./health/inspector.ts";
import type { RunState } from "./runs.ts";
import type { Transfer } from "./transfer.ts";

export type { Backend, DaemonKind } from "./backend.ts";
export type { FileCopy, OnCount } from "./copy.ts";
export type {
  Address,
  Devices,
  ImageInfo,
  InstanceInfo,
  OtherDaemonInstances,
  ProfileInfo,
  ProjectInfo,
  ServerEvent,
  ServerInfo,
} from "./daemon.ts";
export type { Exec, OnBytes, OnLine } from "./exec.ts";
export type { Mount, Mounts, TreeUse } from "./mounts.ts";
export type { Dataset, ImageRemote, Listener, PathInfo, Tree, ZfsProperty, ZfsSnapshot } from "./host.ts";
export { UNFINISHED, UNOWNED } from "./host.ts";
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

/** A file that is written into an instance; an existing one keeps its mode and owner, except for those in `set`. */
export interface Push {
  readonly instance: InstanceRef;
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits, as in `0o644`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The attributes that the user set, which an existing file gets too. */
  readonly set?: readonly ("mode" | "uid" | "gid")[];
}

/** The result of a program on the host. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The port that reads from the daemon. Missing objects are `undefined`; every failure is a `ServerError`. */
export interface InstanceServer extends SmallFiles {
  /** Address of the daemon for messages: a socket path or a URL. */
  readonly address: string;
  /** Returns the daemon's time as of its last answer, in milliseconds since 1970. */
  now?(): number;
  server(): Promise<ServerInfo>;
  /** Reads the instances of a project, or of all (`undefined`); addresses and snapshots only with `state`, which costs the daemon much more. */
  instances(
    project: string | undefined,
    options?: { readonly state?: boolean },
  ): Promise<readonly InstanceInfo[]>;
  /** Reads an instance without addresses and snapshots. */
  instance(ref: InstanceRef): Promise<InstanceInfo | undefined>;
  /** Reads the current status and addresses of an instance. */
  instanceState(ref: InstanceRef): Promise<{ status: string; addresses: readonly Address[] } | undefined>;
  profiles(project: string): Promise<readonly ProfileInfo[]>;
  projects(): Promise<readonly ProjectInfo[]>;
  images(project: string): Promise<readonly ImageInfo[]>;
  /** Reads a file of an instance, of at most 16 MiB by default; `undefined` where there is none. */
  readFile(ref: InstanceRef, path: string, limitMib?: number): Promise<Uint8Array | undefined>;
  /** Tells whether a path of an instance leads to a directory, also through symbolic links. */
  isDirectory(ref: InstanceRef, path: string): Promise<boolean>;
  /** Sends any other `GET` and returns the answer's metadata; `undefined` on 404. */
  get(path: string): Promise<unknown>;
  /** Sends a `GET` that answers with text instead of JSON, such as a log; `undefined` on 404. */
  getBytes(path: string): Promise<Uint8Array | undefined>;
  /** Sends a `GET` that answers with bytes and streams them; `undefined` on 404. */
  stream(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Streams events of the given types until the signal aborts. */
  events(types: readonly string[], project: string, signal: AbortSignal): AsyncIterable<ServerEvent>;
}

/** The port that changes the daemon; only `execute()` holds one. */
export interface InstanceControl extends Forwarding {
  /** Sends a request and awaits its operation; after an abort, waits up to `settleMs` for what the daemon has begun. */
  send(
    request: Request,
    signal: AbortSignal,
    onProgress?: OnProgress,
    settleMs?: number,
  ): Promise<unknown>;
  /** Sends a request and returns once the daemon has accepted it, without the end of its operation. */
  begin?(request: Request, signal: AbortSignal): Promise<unknown>;
  /**
   * Runs a program in an instance and returns its exit code after all of its output was delivered. It gets its input
   * at once; where there is `input`, the last line of it when that is fulfilled, so that a shell has read a script by
   * then whose last line runs it.
   */
  exec(exec: Exec, onLine: OnLine, signal: AbortSignal, input?: Promise<void>): Promise<number>;
  /** Runs a program as `exec()` does, and passes its output on as bytes. */
  pipe(exec: Exec, onBytes: OnBytes, signal: AbortSignal, input?: Promise<void>): Promise<number>;
  /** Loads what runs programs, so that the first one starts at once. */
  prepare?(): Promise<unknown>;
  /** Runs a program with the user's terminal. */
  shell(exec: Exec, signal: AbortSignal): Promise<number>;
  push(push: Push, signal: AbortSignal): Promise<void>;
  /** Copies a file or a tree between this machine and an instance, which need not run. */
  copy(copy: FileCopy, signal: AbortSignal, events: CopyEvents): Promise<void>;
  /** Works with files of an instance, which need not run, as long as `act` takes. */
  withFiles?<T>(ref: InstanceRef, act: (files: GuestFiles) => Promise<T>, signal: AbortSignal): Promise<T>;
  transfer(
    what: Transfer,
    signal: AbortSignal,
    onProgress?: OnProgress,
    settleMs?: number,
  ): Promise<void>;
}

/** The port that reads from the machine. */
export interface Host extends Launching {
  readonly isRoot: boolean;
  /** The ids of the user who runs lxops, where that is not root. */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly cwd: string;
  env(name: string): string | undefined;
  /** Reads a text file; `undefined` where there is none. */
  readText(path: string): Promise<string | undefined>;
  readBytes(path: string): Promise<Uint8Array | undefined>;
  /** Reads the type of a path; `undefined` where there is nothing. Throws where that cannot be known (no permission). */
  lstat(path: string): Promise<PathInfo | undefined>;
  /** Returns the SHA-256 of the concatenated files; `undefined` where one does not exist. */
  sha256(paths: readonly string[]): Promise<string | undefined>;
  realPath(path: string): Promise<string | undefined>;
  readDir(path: string): Promise<readonly string[]>;
  /** Returns filesystems and volumes by name; none where the machine has no ZFS. */
  datasets(): Promise<ReadonlyMap<string, Dataset>>;
  /** Returns snapshots by dataset, the oldest first. */
  zfsSnapshots(): Promise<ReadonlyMap<string, readonly ZfsSnapshot[]>>;
  /**
   * Returns properties of datasets by dataset and property, sizes in bytes; leaves out what is not set, and everything
   * where `zfs` does not know a property.
   */
  zfsProperties(
    datasets: readonly string[],
    properties: readonly string[],
  ): Promise<ReadonlyMap<string, Readonly<Record<string, ZfsProperty>>>>;
  /** Returns the space that directories use, for display or in bytes; leaves out those that cannot be read. */
  sizes(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  bytes(paths: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Returns the mounts that lxops sees, and those of a daemon's process. */
  mounts(daemon?: { readonly pid?: number; readonly title: string }): Promise<Mounts>;
  /** Resolves symbolic links in paths; a missing path is resolved as far as it exists. */
  realPaths(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * Returns keys of directories, which are the same for one directory at several paths: filesystem and inode of the path
   * and of each directory above it, the innermost first, with the rest of the path behind it. Those that do not exist
   * are left out. The last key is the place of the path in its filesystem (`placeKey()`), where the machine tells it: a
   * directory that is mounted at a second place has others above it there. Absent: this machine cannot be asked.
   */
  directoryKeys?(paths: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Reads a directory of the host with everything below it on the same filesystem. */
  tree(directory: string): Promise<Tree>;
  /** Finds processes of containers, one of each, that see a directory or a part of it. */
  processesThatSee(directory: string): Promise<readonly SeeingProcess[]>;
  /** Tells whether its `zfs` takes several snapshots at once, as all but very old ones do. */
  zfsTakesSeveral(): Promise<boolean>;
  /** Returns a text that identifies this run of lxops; `undefined` where the machine does not tell enough. */
  thisRun(): Promise<string | undefined>;
  runStates(texts: readonly string[]): Promise<ReadonlyMap<string, RunState>>;
  /** Lists the addresses that programs of this machine listen at; `undefined` where it does not tell. */
  listeners(): Promise<readonly Listener[] | undefined>;
  /** Returns what looks at this machine as a whole; absent where nothing does. */
  inspector?(): Promise<Inspector>;
  /** Reads this machine, or another one by ssh, as one side of a copy of filesystems. */
  machine(question: MachineQuestion): Promise<Machine>;
}

/** The port that changes the machine; only `execute()` holds one. */
export interface HostControl extends Launching {
  /** Connects to addresses of instances, for checks; absent where that is not possible. */
  readonly dial?: Dial;
  /**
   * Asks the user for sudo's password, if necessary, before the first change; `asks` says that sudo does not remember
   * it, and asks again.
   */
  unlock?(
    programs: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly asks: boolean; end(): void } | undefined>;
  /** Writes a file atomically: to a temporary file, then renamed. With `isNew`, fails where something is there. */
  writeText(path: string, text: string, mode: number, isNew?: boolean): Promise<void>;
  /** Removes a file that still has this text, and the directory that it leaves empty; absent where it writes none. */
  removeText?(path: string, text: string, withDirectory: boolean): Promise<void>;
  /** Returns the current mounts, as the programs that it runs see them. */
  mounts(): Promise<readonly Mount[]>;
  /** Names containers that run and have a directory mounted, or a part of it; absent where it cannot be known. */
  containersWith?(directory: string): Promise<readonly string[]>;
  /** Runs a program (behind `sudo` where lxops is not root), with `input` where there is one; returns its end. */
  run(
    command: Command,
    onLine: OnLine,
    signal: AbortSignal,
    onCount?: OnCount,
    input?: AsyncIterable<Uint8Array>,
  ): Promise<CommandResult>;
}
