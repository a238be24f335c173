/**
 * An instance as its configuration wants it: every pattern substituted, nothing looked up yet.
 *
 * @module
 */
import type { Config } from "../config/config.ts";
import type { Issue } from "../base/errors.ts";
import type { Ssh } from "../ports/machine.ts";
import type { Unusable } from "./parts.ts";
import type { Settings } from "./settings/settings.ts";

/** A kind of filesystems: a ZFS dataset, a plain directory of the host, or a volume of the daemon. */
export type FilesystemKindName = "dataset" | "directory" | "volume";

/** A custom volume of the daemon, and its configuration when it is created. */
export interface VolumePlace {
  readonly pool: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** A filesystem of an instance with its substituted path. */
export interface InstanceFilesystem {
  /** Key in the configuration. */
  readonly id: string;
  readonly kind: FilesystemKindName;
  /** Dataset name, absolute path of the directory, without a trailing slash, or `volume:POOL/NAME`. */
  readonly path: string;
  /** Place of the volume; present where the filesystem is one. */
  readonly volume?: VolumePlace;
  readonly zfsproperties: Readonly<Record<string, string>>;
  readonly destroy: boolean;
  readonly transient: boolean;
}

/** A disk device of an instance with its substituted directory. */
export interface InstanceDevice {
  /** Key in the configuration, and the device's name in the profile. */
  readonly name: string;
  /** Path in the instance. */
  readonly path: string;
  /** Key of its filesystem; absent where `dir` is an absolute path of the host. */
  readonly filesystem?: string;
  /** Path below the filesystem's directory (empty for the filesystem itself), or an absolute path of the host. */
  readonly dir: string;
  readonly readonly: boolean;
  /** Fill its new directory with the image's content at its path. */
  readonly extract: boolean;
  /** The daemon mounts it with shifted ids. */
  readonly shift: boolean;
}

/** Owner of device directories on the host. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The instance, or the snapshot of one, that an instance is a copy of (`origin`). */
export interface InstanceOrigin {
  /** Project of the source; absent where `origin` names none: that of the source configuration. */
  readonly project?: string;
  readonly name: string;
  readonly snapshot?: string;
}

/** The instance whose devices are the source of the new ones (`device-template`, `device-origin`). */
export interface DeviceSource {
  /** Name of the source instance; absent: the base name of `source-config`. */
  readonly name?: string;
  /** Snapshot to clone filesystems from; absent: directories are copied. */
  readonly snapshot?: string;
}

/** A configuration applied to a name, the input of planners. */
export interface Instance {
  readonly name: string;
  readonly project: string;
  readonly config: Config;
  /** Configuration file as it was given on the command line, for messages. */
  readonly file: string;
  /** The name is that of the directory of the file: neither the command line nor the file gives one. */
  readonly namedByDirectory?: true;
  readonly image: string;
  /** Cluster member, or `@GROUP`; empty: the daemon's choice. */
  readonly target: string;
  /** The machine that the directories are on; absent: the one that lxops runs on. */
  readonly host?: Ssh;
  readonly origin?: InstanceOrigin;
  readonly deviceSource?: DeviceSource;
  /** Profiles of the configuration (`default` where it names none), without the instance's own. */
  readonly profiles: readonly string[];
  /** The instance's own profile. */
  readonly ownProfile: string;
  /** Absent: the daemon's idmap base is used. */
  readonly owner?: Owner;
  /** Sorted by path, so that a parent comes before filesystems in it. */
  readonly filesystems: readonly InstanceFilesystem[];
  /** Sorted by directory, likewise. */
  readonly devices: readonly InstanceDevice[];
  /** Ports, addresses, limits and other settings, which the own profile has. */
  readonly settings: Settings;
  /** All properties, built-ins included. */
  readonly properties: Readonly<Record<string, string>>;
  /** Properties of `-P`, of this run or noted on the instance, that the configuration's patterns use. */
  readonly sets: Readonly<Record<string, string>>;
  /** Problems of parts that the command does without; see `usable()`. */
  readonly unusable?: Unusable;
  /** Warnings, in addition to those of the loaded configuration. */
  readonly warnings?: readonly Issue[];
}
