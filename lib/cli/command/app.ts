/**
 * The interface of commands to the world. Only `apply` changes anything.
 *
 * @module
 */
import type { Format } from "../../config/format.ts";
import type { Issue } from "../../base/errors.ts";
import type { Ssh } from "../../ports/machine.ts";
import type { ImageRemote } from "../../plan/world.ts";
import type { Backend, Host, InstanceServer, OtherDaemonInstances } from "../../ports/mod.ts";
import type { ApplyOptions } from "../../run/execute/apply.ts";
import type { Failure } from "../../run/execute/execute.ts";
import type { Lease, Refill } from "../../step/pool.ts";
import type { Plan, Step } from "../../step/step.ts";
import type { LockWant } from "../../run/lock/names.ts";
import type { ImageStream } from "../../ports/streams.ts";
import type { DirectoryUse, RunsSeen } from "../../ports/machine_lock.ts";
import type { Trust } from "../../ports/trust.ts";

/** The options that come before a command. */
export interface GlobalOptions {
  readonly socket: string;
  readonly remote: string;
  readonly http: boolean;
  readonly unix: boolean;
  readonly strict: boolean;
  /** The current project, in the place of the client's. */
  readonly project?: string;
}

/** Options for the claim of the directories that new instances get. */
export interface ClaimOptions {
  /** Name of the command, for others who meet the claim. */
  readonly command?: string;
  /** The time to wait for other runs that a flag gave; absent: the command has no such flag. */
  readonly seconds?: number;
}

/** Options for applying and showing a plan. */
export interface AppApplyOptions extends Omit<ApplyOptions, "script"> {
  /** Report every line that programs print. */
  readonly verbose: boolean;
  /** Print the addresses of instances that are waited for. */
  readonly addresses?: boolean;
  /** Passes output on, as in `ExecuteOptions`, and reports nothing else. */
  readonly passOutput?: boolean;
  /** Sends only output of the program to stdout, and that of other steps to stderr; `passOutput` is set, too. */
  readonly programOnly?: boolean;
  /** Sends all output of programs to stderr, as stdout has the result for programs. */
  readonly resultOnly?: boolean;
  /** Gets the address of each instance that was waited for. */
  readonly addressed?: (instance: string, address: string) => void;
  /** Options for claiming the directories that new instances get; `none`: the user asked for no locks. */
  readonly claim?: ClaimOptions | "none";
  /** Shows the output of programs as usual, and reports nothing else. */
  readonly quiet?: boolean;
  /** Ends with the result of each instance, and its address. */
  readonly summary?: boolean;
  /** Lines of output begin with the instance's name; absent: where there are several instances. */
  readonly several?: boolean;
  /** Is carried out also after a signal, as a note of how the command ended. */
  readonly afterSignal?: boolean;
  /** Ends the plan as a signal would, with its reason as the error. */
  readonly until?: AbortSignal;
  /** Gets the leases of instances of pools that steps take or renew. */
  readonly leased?: (lease: Lease, refill?: Refill) => void;
  /** Gets the steps that were carried out, each with its time. */
  readonly timed?: (step: Step, seconds: number) => void;
  /** A dry run prints passwords and keys too. */
  readonly showSecrets?: boolean;
  /** The random text that names in the plan have, which a script shows as zeros. */
  readonly random?: string | undefined;
}

/** Options for taking locks. */
export interface LockOptions {
  /** Name of the command, for others who meet the lock. */
  readonly command: string;
  /** The time to wait for other runs. */
  readonly seconds: number;
}

/** Options for locking directories. */
export interface DirectoryLockOptions extends LockOptions {
  /** The answer of `App.otherRuns()` from before the world was looked at. */
  readonly since: RunsSeen;
}

/** A daemon behind HTTPS, with the certificate that it must have, and that of this client. */
export interface NewRemote {
  readonly remote: string;
  readonly url: string;
  readonly server: string;
  readonly certificate: string;
  readonly key: string;
}

/** The interface of commands to the world. */
export interface App {
  readonly backend: Backend;
  readonly host: Host;
  readonly globals: GlobalOptions;
  /** The name by which lxops was called, for scripts. */
  readonly program: string;
  readonly signal: AbortSignal;
  /** Lets a signal give the command the exit code that it gives to programs; absent: it cannot be interrupted. */
  readonly endBySignal?: () => void;
  /** Returns an unguessable text; `undefined` where each run must have the same result. */
  random(): string | undefined;
  /** Formats of configuration files, besides those that lxops knows by itself. */
  readonly formats: readonly Format[];
  /** The daemon; connects at the first call. */
  server(): Promise<InstanceServer>;
  /** The client's current project at that daemon. */
  project(): Promise<string>;
  /** The name of the daemon's remote in the client's configuration. */
  remote(): Promise<string>;
  /** Tells whether the daemon runs on this machine. */
  isLocal(): Promise<boolean>;
  /** Returns an app that has other global options. */
  withGlobals(globals: GlobalOptions): App;
  /** Returns an app for the daemon of another remote of the client's configuration. */
  withRemote(remote: string): App;
  /** Returns an app for a daemon that the client's configuration does not have yet. */
  atAddress(daemon: NewRemote): App;
  /** Returns the functions that adding a remote needs. */
  trust(): Promise<Trust>;
  /** Instances of the other kind of daemon on this machine. */
  otherDaemonInstances(want?: { readonly profiles?: boolean }): Promise<OtherDaemonInstances>;
  /** The machine behind ssh, to look at. */
  remoteHost(ssh: Ssh): Promise<Host>;
  /** Servers of images by name, from the client's configuration. */
  imageRemotes(): Promise<ReadonlyMap<string, ImageRemote>>;
  /** Reads the images of a simplestreams server, which is the remote of that name. */
  imageStream(remote: string, server: ImageRemote): Promise<ImageStream>;
  apply(plan: Plan, options: AppApplyOptions): Promise<readonly Failure[]>;
  /**
   * Takes locks until the end of the run; all of them, or none with a `StateError` that names the holder. Returns
   * whether this run had all of them already.
   */
  lock(wants: readonly LockWant[], how: LockOptions): Promise<boolean>;
  /**
   * Tries to take locks that a command will probably want, and returns whether it has them. The next `lock()` keeps
   * those that it wants, and gives up the others.
   */
  lockEarly(wants: readonly LockWant[], command: string): Promise<boolean>;
  /** Gives locks up before the end of the run. */
  unlock(wants: readonly LockWant[]): Promise<void>;
  /**
   * Looks at the runs at other daemons of this machine; `undefined` where this run cannot lock directories: it is not
   * root, or the daemon is on another machine.
   */
  otherRuns(): Promise<RunsSeen | undefined>;
  /**
   * Locks directories of this machine against runs at its other daemons, until the end of the run. Returns whether such
   * runs have worked on one of them meanwhile, so that earlier looks may be outdated.
   */
  lockDirectories(uses: readonly DirectoryUse[], how: DirectoryLockOptions): Promise<boolean>;
  /** Adds values that are masked from now on, in messages and in the output of items. */
  hide(values: Iterable<string>): void;
  /** Lets names of instances be shown also where a value that is hidden is the same. */
  show(names: Iterable<string>): void;
  /** Returns a text as `print()` writes it, without the values that are not shown. */
  mask(text: string): string;
  /** Writes a result to stdout. */
  print(text: string): void;
  /** Writes an error to stderr. */
  complain(text: string): void;
  /** Writes warnings to stderr. */
  warn(issues: readonly Issue[]): void;
  /** Writes bytes to stdout unchanged. */
  printBytes(content: Uint8Array): Promise<void>;
  /** Shows lines and asks a question on a terminal; where there is none, the answer is yes. */
  confirm(lines: readonly string[], question: string): Promise<boolean>;
  readonly stdin: Stdin;
  /** Tells whether input and output are a user's terminal. */
  isInteractive(): boolean;
  /** Returns the columns of the terminal that results are printed to; `undefined` where they go elsewhere. */
  width(): number | undefined;
}

/** Standard input, read to its end. */
export interface Stdin {
  /** Reads text; `undefined` where stdin is a terminal. */
  text(): Promise<string | undefined>;
  /** Reads bytes, also from a terminal. */
  bytes(): Promise<Uint8Array>;
  /** Reads bytes; `undefined` where stdin is a terminal. */
  piped(): Promise<Uint8Array | undefined>;
  /** Tells whether a user types it. */
  isTerminal(): boolean;
}
