/**
 * The shape of a loaded configuration: merged, with relative paths made absolute, patterns not yet substituted.
 *
 * @module
 */
import type { Issue, Location } from "../base/errors.ts";
import type { DirectoryContents } from "./directory/contents.ts";
import type { DirectorySettings } from "./directory/settings.ts";
import type { SettingKeys } from "./schema/keys.ts";
import type { RawConfig } from "./schema/schema.ts";
import type { Path, Source } from "./yaml/source.ts";

/** Text with `(name)` variables that are replaced by properties. */
export type Pattern = string;

/**
 * A filesystem for device directories: a ZFS dataset, a plain directory if the pattern starts with `/`, or a volume
 * of the daemon if it starts with `volume:`.
 */
export interface Filesystem {
  readonly pattern: Pattern;
  readonly zfsproperties: Readonly<Record<string, string>>;
  /** The configuration of a volume. */
  readonly properties: Readonly<Record<string, string>>;
  readonly destroy: boolean;
  readonly transient: boolean;
}

/** A directory of the host that is attached to the instance as a disk device. */
export interface Device {
  /** The path in the instance. */
  readonly path: string;
  /** The key of its filesystem; absent if `dir` is an absolute path of the host. */
  readonly filesystem?: string;
  /** The directory in the filesystem; by default the device's key; `.` is the filesystem itself. */
  readonly dir?: Pattern;
  readonly readonly: boolean;
  /** A new directory gets the image's content at `path`; absent: the configuration's `extract` counts. */
  readonly extract?: boolean;
  /** The daemon shifts ids of the mounted directory. */
  readonly shift?: true;
}

/** A check of an instance; it has one of `exec`, `tcp` and `http`. Times are in seconds. */
export interface Check {
  /** The name that the user gave it; empty: messages describe the check itself. */
  readonly name: string;
  /** Text for the instance's shell, or the words of a command. */
  readonly exec?: string | readonly string[];
  /** The port. */
  readonly tcp?: number;
  /** Without `status`, any from 200 to 399 is good. */
  readonly http?: { readonly port: number; readonly path: string; readonly status?: number };
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly startPeriod: number;
  readonly startInterval: number;
}

/** A merged configuration. */
export interface Config extends SettingKeys {
  /** The absolute path of the file on the command line. */
  readonly file: string;
  readonly description: string;
  readonly ostype: string;
  readonly image: Pattern;
  readonly project: string;
  /** Absent: a container, unless `lxc-options` says otherwise. */
  readonly type?: "container" | "virtual-machine";
  /** The cluster member, or `@GROUP`; empty: the daemon's choice. */
  readonly target: Pattern;
  /** The `ssh://...` address of the machine with the directories; empty: this machine. */
  readonly host: Pattern;
  readonly origin: Pattern;
  readonly deviceTemplate: Pattern;
  readonly deviceOrigin: Pattern;
  /** The absolute path of the configuration of the source instance; empty if there is none. */
  readonly sourceConfig: string;
  readonly lxcOptions: readonly string[];
  readonly profiles: readonly string[];
  readonly profilePattern: Pattern;
  readonly deviceOwner: Pattern;
  /** New device directories get the image's content at their paths. */
  readonly extract: boolean;
  readonly filesystems: Readonly<Record<string, Filesystem>>;
  readonly devices: Readonly<Record<string, Device>>;
  readonly properties: Readonly<Record<string, string>>;
  /** The absolute paths of the cloud-config files, in the order in which they are applied. */
  readonly cloudConfigFiles: readonly string[];
  /** `lxops` (write_files, packages, users, ..., runcmd) or `cloud-init`. */
  readonly order: "lxops" | "cloud-init";
  /** The conditions to wait for before configuring; empty: an address if the instance has a NIC. */
  readonly wait: readonly ("network" | "ipv4" | "ipv6" | "exec")[];
  /** Treatment of the ids of users and groups by a rebuild. */
  readonly ids: "keep" | "warn" | "refuse";
  /** The checks that an instance must pass after it is configured, those of included files first. */
  readonly checks: readonly Check[];
  /** A rebuild keeps the old instance as a spare. */
  readonly keepOld: boolean;
  /** `up` restarts the instance by itself; absent: only where the command line says so. */
  readonly restart?: "auto";
  /** `up` rebuilds or restarts the instance by itself. */
  readonly rebuild?: "auto";
}

/** A conditional path that was left out because a variable in it has no value. */
export interface DroppedPath {
  readonly location: Location;
  /** `include` or `cloud-config-files`. */
  readonly key: string;
  readonly path: string;
  readonly variable: string;
}

/** A file and its includes in order. */
export interface IncludeTree {
  /** The path as messages show it: relative if that on the command line is. */
  readonly file: string;
  /** The reason why the file was not merged; absent if it was. */
  readonly skipped?: "duplicate" | "cycle";
  readonly includes: readonly IncludeTree[];
}

/** A file that was read, with its paths resolved. */
export interface Layer {
  readonly source: Source;
  readonly raw: RawConfig;
  /** Absolute paths of the cloud-config files that are not left out, with their indices in the list. */
  readonly cloudConfigFiles: readonly {
    readonly path: string;
    /** The path as messages show it. */
    readonly shown: string;
    readonly index: number;
  }[];
  /** Absolute path; empty if there is none. */
  readonly sourceConfig: string;
  /** The absolute path of the directory of the file; empty where paths are not resolved. */
  readonly directory: string;
}

/** A place in a file, before its line and column are known. */
export interface Origin {
  readonly source: Source;
  readonly path: Path;
}

/** A configuration with the facts that were found while it was loaded. */
export interface LoadedConfig {
  readonly config: Config;
  /** The files that were read, the one on the command line last. */
  readonly files: readonly string[];
  /** Warnings; errors are thrown as a `ConfigError`. */
  readonly warnings: readonly Issue[];
  /** Errors that were collected (`collect`) instead of thrown. */
  readonly errors?: readonly Issue[];
  /**
   * The keys that may lack values because of these errors, `*` for all of them: a missing value could be in an
   * unreadable file.
   */
  readonly incomplete?: ReadonlySet<string>;
  /** The conditional paths that were left out. */
  readonly dropped: readonly DroppedPath[];
  /** The names of the properties in paths of all files, also of paths that were left out. */
  readonly pathVariables: readonly string[];
  readonly tree: IncludeTree;
  /** The places that give each key a value, the last of which counts; see `originOf()`. */
  readonly origins: ReadonlyMap<string, readonly Origin[]>;
  /** The merged files; included files come before the files that include them. */
  readonly layers: readonly Layer[];
  /** The directory of the container, and its settings; absent for a file that is not one of a directory. */
  readonly directory?: DirectoryContents & DirectorySettings;
  /** Paths of files as messages show them, relative if that of the configuration is; see `shownPath()`. */
  readonly shown: ReadonlyMap<string, string>;
}
