/**
 * The shape of a loaded configuration: merged, with relative paths made absolute, patterns not yet substituted.
 *
 * @module
 */
import type { Issue, Location } from "../base/errors.ts";
import type { RawConfig } from "./schema/schema.ts";
import type { Path, Source } from "./yaml/source.ts";

/** Text with `(name)` variables that are replaced by properties. */
export type Pattern = string;

/**
 * One set of device directories: a ZFS dataset, a plain directory where the pattern starts with `/`, or a volume of
 * the daemon where it starts with `volume:`.
 */
export interface Filesystem {
  readonly pattern: Pattern;
  readonly zfsproperties: Readonly<Record<string, string>>;
  /** Configuration of a volume. */
  readonly properties: Readonly<Record<string, string>>;
  readonly destroy: boolean;
  readonly transient: boolean;
}

/** A directory of the host that is attached to the instance as a disk device. */
export interface Device {
  /** Path in the instance. */
  readonly path: string;
  /** Key of its filesystem; absent where `dir` is an absolute path of the host. */
  readonly filesystem?: string;
  /** Directory in the filesystem; defaults to the device's key, `.` is the filesystem itself. */
  readonly dir?: Pattern;
  readonly readonly: boolean;
  /** Whether a new directory gets what the image has at `path`; absent: as the configuration says for all. */
  readonly extract?: boolean;
  /** Whether the daemon shifts ids where it mounts the directory; absent where not. */
  readonly shift?: true;
}

/** A merged configuration. */
export interface Config {
  /** Absolute path of the file on the command line. */
  readonly file: string;
  readonly description: string;
  readonly ostype: string;
  readonly image: Pattern;
  readonly project: string;
  /** Absent: a container, unless `lxc-options` says otherwise. */
  readonly type?: "container" | "virtual-machine";
  /** Cluster member, or `@GROUP`; empty: the daemon's choice. */
  readonly target: Pattern;
  /** `ssh://...` of the machine that the directories are on; empty: this one. */
  readonly host: Pattern;
  readonly origin: Pattern;
  readonly deviceTemplate: Pattern;
  readonly deviceOrigin: Pattern;
  /** Absolute path of the configuration of the source instance; empty where there is none. */
  readonly sourceConfig: string;
  readonly lxcOptions: readonly string[];
  readonly profiles: readonly string[];
  readonly profilePattern: Pattern;
  readonly deviceOwner: Pattern;
  /** Whether new device directories get what the image has at their paths. */
  readonly extract: boolean;
  readonly filesystems: Readonly<Record<string, Filesystem>>;
  readonly devices: Readonly<Record<string, Device>>;
  readonly properties: Readonly<Record<string, string>>;
  /** Absolute paths of the cloud-config files, in the order in which they are applied. */
  readonly cloudConfigFiles: readonly string[];
  /** `lxops` (write_files, packages, users, ..., runcmd) or `cloud-init`. */
  readonly order: "lxops" | "cloud-init";
  /** What to wait for before configuring; empty: an address where the instance has a NIC. */
  readonly wait: readonly ("network" | "ipv4" | "ipv6" | "exec")[];
}

/** A conditional path that was left out, as a variable in it has no value. */
export interface DroppedPath {
  readonly location: Location;
  /** `include` or `cloud-config-files`. */
  readonly key: string;
  readonly path: string;
  readonly variable: string;
}

/** A file and what it includes, in order. */
export interface IncludeTree {
  /** Path as messages show it: relative where the one on the command line is. */
  readonly file: string;
  /** Absent where the file was merged; otherwise why it was not. */
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
}

/** A place in a file, before its line and column are known. */
export interface Origin {
  readonly source: Source;
  readonly path: Path;
}

/** A configuration with the facts that were found while it was loaded. */
export interface LoadedConfig {
  readonly config: Config;
  /** Files that were read, the one on the command line last. */
  readonly files: readonly string[];
  /** Warnings; errors are thrown as a `ConfigError`. */
  readonly warnings: readonly Issue[];
  /** Errors, where they were to be collected (`collect`) instead of thrown. */
  readonly errors?: readonly Issue[];
  /**
   * Keys that may lack values because of those errors, `*` for all of them: what seems to be missing there may
   * be in a file, and complaints about it would mislead.
   */
  readonly incomplete?: ReadonlySet<string>;
  /** Conditional paths that were left out. */
  readonly dropped: readonly DroppedPath[];
  /** Names of the properties that paths of all files use, be they left out or not. */
  readonly pathVariables: readonly string[];
  readonly tree: IncludeTree;
  /** The places that give each key a value, the last of which counts; see `originOf()`. */
  readonly origins: ReadonlyMap<string, readonly Origin[]>;
  /** The merged files; what is included comes before what includes it. */
  readonly layers: readonly Layer[];
  /** Paths of files as messages show them, relative if that of the configuration is; see `shownPath()`. */
  readonly shown: ReadonlyMap<string, string>;
}
