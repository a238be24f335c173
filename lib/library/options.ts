/**
 * Options of the calls. Those that a command of lxops has, too, are called as its flags are, and mean the same:
 * `lxops launch --help` describes `undoOnFailure` as `--undo-on-failure`.
 *
 * @module
 */
import type { CallEvent } from "./events.ts";

/** Options of every call. */
export interface CallOptions {
  /**
   * Ends the call. Where nothing was changed yet, it rejects at once with an `InterruptedError`; else what must not be
   * cut off ends first, and it rejects with a `FailedError` that is `interrupted`.
   */
  readonly signal?: AbortSignal;
  /**
   * Gets what happens, while it happens; bytes are good until it returns. What it throws does not stop the call, which
   * rejects with it in the end.
   */
  readonly onEvent?: (event: CallEvent) => void;
}

/** Options about the values of configurations. */
export interface ConfigurationOptions extends CallOptions {
  /** Name of the instance, where there is one file; absent: that of the file. */
  readonly name?: string;
  /** Project of the instance, in the place of what its configuration says. */
  readonly project?: string;
  /** Path of a file of global properties. */
  readonly properties?: string;
  /** Properties: `{ domain: "example.com" }`. */
  readonly P?: Readonly<Record<string, string>>;
}

/** Options of calls that change instances of configurations. */
export interface ChangeOptions extends ConfigurationOptions {
  /** Number of instances to work on at a time; absent: 8. */
  readonly parallel?: number;
  /** Takes the steps of an instance that failed back, last first. */
  readonly undoOnFailure?: boolean;
  /** Seconds to wait for another lxops, or another call, that works on the same instance; absent: none. */
  readonly lockTimeout?: number;
  /** Does not lock; for users who may create no profiles. */
  readonly noLock?: boolean;
  /** Seconds that a clean stop may take before the instance is killed; absent: 5. */
  readonly waitStop?: number;
  /** Also changes objects that lxops did not make. */
  readonly adopt?: boolean;
}

/** Options of calls that create root filesystems. */
export interface CreateOptions extends ChangeOptions {
  /** Settings of a directory, for this call only. */
  readonly env?: Readonly<Record<string, string>>;
  /** Paths of files with settings, such as `.env`. */
  readonly envFile?: readonly string[];
  /** Keys of the configuration, for this call only: `{ "limits.memory": "256MiB" }`. */
  readonly set?: Readonly<Record<string, string>>;
  /** Goes on where an earlier call, or command, stopped. */
  readonly resume?: boolean;
  /** Seconds that an instance may take to become ready; absent: 60. */
  readonly timeout?: number;
  /** Seconds that an item of a cloud-config may take; absent: 120 for users and files, any number for others. */
  readonly stepTimeout?: number;
  /** Allows devices to change their sources; their data is left behind. */
  readonly moveDevices?: boolean;
}

/** Options of `launch()`. */
export interface LaunchOptions extends CreateOptions {
  /** Creates a virtual machine, whatever the configuration says. */
  readonly vm?: boolean;
  /** Cluster member, or `@GROUP`, to create the instance on. */
  readonly target?: string;
}

/** Options of `rebuild()`. */
export interface RebuildOptions extends CreateOptions {
  /** Deletes the instance's snapshots with its root filesystem. */
  readonly deleteSnapshots?: boolean;
  /** Lets the daemon choose new MAC addresses, and thus new IP addresses. */
  readonly newAddress?: boolean;
  /** Resets the instance's profiles to those of the configuration. */
  readonly resetProfiles?: boolean;
  /** After a failure leaves the new instance under the name, and the old one beside it. */
  readonly noReturn?: boolean;
  /** After a failure keeps the new instance beside the old one, stopped. */
  readonly keepFailed?: boolean;
  /** Keeps the old instance as a spare, stopped. */
  readonly keepOld?: boolean;
  /** After a failure with the new instance running restores the data. */
  readonly undoData?: boolean;
  /** Limit of the copies of plain directories for `undoData`, such as `500MiB`; absent: `1GiB`. */
  readonly maxCopy?: string;
  /** Swaps the spare and the instance. */
  readonly back?: boolean;
  /** Lets the daemon replace the root filesystem in its place, which cannot be undone. */
  readonly inPlace?: boolean;
  /** Refuses to rebuild where files of the root filesystem would be lost. */
  readonly noLoss?: boolean;
}

/** Options of `destroy()`. */
export interface DestroyOptions extends ChangeOptions {
  /** Stops a running instance first; else it is refused. */
  readonly force?: boolean;
  /** Refuses where there is nothing to destroy. */
  readonly mustExist?: boolean;
}

/** Options of `run()`. */
export interface RunOptions extends CallOptions {
  /** Name of the instance; absent: `run-` and random letters. */
  readonly name?: string;
  /** Project of the instance; absent: the client's. */
  readonly project?: string;
  /** Profiles of the instance; absent: `default`, or those of the configuration. */
  readonly profile?: readonly string[];
  /** Keys of the instance: `{ "security.nesting": "true" }`. */
  readonly config?: Readonly<Record<string, string>>;
  /** Limits: `cpu`, `memory` and `processes`, as `{ cpu: "2", memory: "4GiB" }`. */
  readonly limits?: Readonly<Record<string, string>>;
  /** Lets the instance run containers of its own. */
  readonly nesting?: boolean;
  /** Directories of this machine to show in the instance: `/srv/src:/src`, or `/srv/src:/src:ro`. */
  readonly mount?: readonly string[];
  /** Name of the network, or `none`; absent: those of the profiles. */
  readonly net?: string;
  /** Conditions to wait for: `exec`, `init`, `net`, `dns` or `dns:NAME`, or several with commas; absent: `exec`. */
  readonly wait?: string;
  /** Seconds that this may take; absent: 60. */
  readonly waitTimeout?: number;
  /** Files and directories to copy in before the program starts: `SOURCE:DESTINATION`. */
  readonly copyIn?: readonly string[];
  /** Files and directories to copy out once the program has ended, also where it failed: `SOURCE:DESTINATION`. */
  readonly copyOut?: readonly string[];
  /** Lets `copyOut` replace a file that is there. */
  readonly overwrite?: boolean;
  /** Largest copy in MiB; absent: 1024. */
  readonly maxSize?: number;
  /** Directories that runs with the same name have in common: `NAME:PATH`. */
  readonly cache?: readonly string[];
  /** Keeps the instance in these cases: `never`, `on-failure` or `always`; absent: `never`. */
  readonly keep?: "never" | "on-failure" | "always";
  /** Variables of the program. */
  readonly env?: Readonly<Record<string, string>>;
  /** Paths of files with variables of the program, such as `.env`; their values are secret. */
  readonly envFile?: readonly string[];
  /** User of the instance to run as: a name, UID or UID:GID; absent: root. */
  readonly user?: string;
  /** Directory of the instance to start in. */
  readonly cwd?: string;
  /** Longest time that the program may take, such as `30m`; then it is ended, and its code is 124. */
  readonly timeout?: string;
  /** Time that the program has to end before it is killed, such as `5s`; absent: `1s`. */
  readonly killAfter?: string;
  /** Creates a virtual machine. */
  readonly vm?: boolean;
  /** Cluster member, or `@GROUP`, to create the instance on. */
  readonly target?: string;
  /** Path of a file of global properties. */
  readonly properties?: string;
  /** Properties. */
  readonly P?: Readonly<Record<string, string>>;
  /** Input of the program; absent: none. */
  readonly input?: string | Uint8Array;
  /** Most bytes of each stream of the program that the result has, the last ones; absent: 1 MiB. */
  readonly maxOutput?: number;
}

/** Options of `buildImage()`. */
export interface BuildImageOptions extends CallOptions {
  /** Name for the image, where there is one configuration; absent: that of the file, or of its directory. */
  readonly alias?: string;
  /** Project of the images; absent: the client's. */
  readonly project?: string;
  /** Shell commands to run in the configured instance; where one fails, there is no image. */
  readonly check?: readonly string[];
  /** Host keys of the SSH server: `new` ones in each instance, or those of the `image` in all; absent: `new`. */
  readonly hostKey?: "new" | "image";
  /** Serial of the image; absent: the time. */
  readonly serial?: string;
  /** Compression: `gzip`, `zstd`, `none`, ...; absent: the daemon's. */
  readonly compression?: string;
  /** Makes two files, one of metadata and one of the root filesystem. */
  readonly split?: boolean;
  /** Directory to write the images to, too. */
  readonly export?: string;
  /** Builds also where nothing has changed. */
  readonly force?: boolean;
  /** Takes the name from an image that lxops did not build. */
  readonly adopt?: boolean;
  /** Keeps the instance of a build that failed. */
  readonly keepFailed?: boolean;
  /** Properties of the image. */
  readonly imageProperties?: Readonly<Record<string, string>>;
  /** Number of images to build at a time; absent: 8. */
  readonly parallel?: number;
  /** Seconds to wait for another lxops that builds the same image; absent: 3600. */
  readonly lockTimeout?: number;
  /** Does not lock; for users who may create no profiles. */
  readonly noLock?: boolean;
  /** Seconds that the clean stop of the instance may take; absent: 60. */
  readonly waitStop?: number;
  /** Seconds that the instance may take to become ready; absent: 60. */
  readonly timeout?: number;
  /** Seconds that an item of a cloud-config may take; absent: 120 for users and files, any number for others. */
  readonly stepTimeout?: number;
  /** Path of a file of global properties. */
  readonly properties?: string;
  /** Properties. */
  readonly P?: Readonly<Record<string, string>>;
  /** Settings of a directory, for this call only. */
  readonly env?: Readonly<Record<string, string>>;
  /** Paths of files with settings, such as `.env`. */
  readonly envFile?: readonly string[];
  /** Keys of the configuration, for this call only. */
  readonly set?: Readonly<Record<string, string>>;
  /** Builds of a virtual machine. */
  readonly vm?: boolean;
  /** Cluster member, or `@GROUP`, to build on. */
  readonly target?: string;
}
