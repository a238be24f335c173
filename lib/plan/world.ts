/**
 * The world: the result of one look at the daemon and the host, from which everything is planned.
 *
 * @module
 */
import type {
  Backend,
  Dataset,
  ImageInfo,
  ImageRemote,
  InstanceInfo,
  InstanceRef,
  Listener,
  Mounts,
  OtherDaemonInstances,
  PathInfo,
  PoolInfo,
  ProfileInfo,
  ProjectInfo,
  RunState,
  ServerInfo,
  VolumeInfo,
  ZfsProperty,
  ZfsSnapshot,
} from "../ports/mod.ts";
import type { Compiler } from "../cloudconfig/compile/compiler.ts";
import type { CloudConfig } from "../cloudconfig/sections/mod.ts";
import type { LoadedConfig } from "../config/config.ts";
import { originOf } from "../config/load/origins.ts";
import type { Instance, InstanceOrigin } from "../instance/instance.ts";
import type { Settings } from "../instance/settings/settings.ts";
import type { Machine } from "../ports/machine.ts";
import type { Issue } from "../base/errors.ts";

export type { ImageRemote } from "../ports/mod.ts";

/** All observed objects. Keys that were looked for and are absent do not exist. */
export interface World {
  readonly backend: Backend;
  readonly server: ServerInfo;
  /** Names of the cluster's members; absent where there is none, or where it is not for this client to know. */
  readonly members?: readonly string[];
  /** Instances by `objectKey`. */
  readonly instances: ReadonlyMap<string, InstanceInfo>;
  /** Projects by name, with what they allow; only where an instance is in another one than the default one. */
  readonly projects?: ReadonlyMap<string, ProjectInfo>;
  /** Instances of the command; absent: only the planned one. */
  readonly targets?: readonly InstanceRef[];
  /** Names of snapshots by `objectKey` of the instance; only for instances that were asked about. */
  readonly snapshots: ReadonlyMap<string, readonly string[]>;
  /** Profiles by `objectKey`. */
  readonly profiles: ReadonlyMap<string, ProfileInfo>;
  /** Images by project. */
  readonly images: ReadonlyMap<string, readonly ImageInfo[]>;
  /** Networks that configurations name, by `objectKey`. */
  readonly networks: ReadonlyMap<string, { readonly managed: boolean; readonly type: string }>;
  /** Instances of the other kind of daemon on the machine; only where other users of filesystems matter. */
  readonly otherDaemon?: OtherDaemonInstances;
  /** Facts that settings of targets are checked against; only where they have some that are to be applied. */
  readonly settings?: SettingFacts;
  readonly datasets: ReadonlyMap<string, Dataset>;
  /** Snapshots of ZFS datasets, the oldest first; only where they were asked for. */
  readonly zfsSnapshots: ReadonlyMap<string, readonly ZfsSnapshot[]>;
  /** Properties of datasets that configurations give, by dataset; present where that matters. */
  readonly zfsProperties?: ReadonlyMap<string, Readonly<Record<string, ZfsProperty>>>;
  /** Sizes of plain directories, formatted; only where they were asked for. */
  readonly sizes: ReadonlyMap<string, string>;
  /** Bytes that plain directories use; only where that was asked about, and where all of them can be read. */
  readonly bytes?: ReadonlyMap<string, number>;
  /** Names of the snapshots of plain directories, which are beside them; only where they were asked about. */
  readonly directorySnapshots: ReadonlyMap<string, readonly string[]>;
  /** Remains of interrupted runs beside plain directories; only where snapshots were asked for. */
  readonly leftovers?: readonly string[];
  /** Empty device directories; only where that was asked about. */
  readonly emptyDirectories?: ReadonlySet<string>;
  /** Mounts of the machine; only where a device is to be shifted, or whole directories may be worked on. */
  readonly mounts?: Mounts;
  /** Paths of `paths`, and the directories that they are in, without the symbolic links on the way. */
  readonly realPaths?: ReadonlyMap<string, string>;
  /** Keys of the directories of targets and instances, by which one directory at several paths is recognized. */
  readonly directoryKeys?: ReadonlyMap<string, readonly string[]>;
  /** True where `zfs` takes several snapshots at once. */
  readonly zfsTakesSeveral: boolean;
  /** The user that runs lxops, where it is not root. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Identity of this run of lxops, for its notes; only where it may write some. */
  readonly thisRun?: string;
  /** States of the runs that instances have notes of. */
  readonly runs?: ReadonlyMap<string, RunState>;
  /** The machines that filesystems are copied between: this one, and the other one where there is one. */
  readonly machines?: { readonly here: Machine; readonly there?: Machine };
  /** Storage pools of the daemon by name; only where a configuration has volumes. */
  readonly pools: ReadonlyMap<string, PoolInfo>;
  /** Bytes that are free in storage pools, by name; only where that was asked about, and where the daemon tells. */
  readonly room?: ReadonlyMap<string, number>;
  /** Volumes by `volumeKey`. */
  readonly volumes: ReadonlyMap<string, VolumeInfo>;
  /** Projects that have volumes of their own; the others use those of the default project. */
  readonly volumeProjects: ReadonlySet<string>;
  /** Absolute paths of the host that were looked at; `undefined` where there is nothing. */
  readonly paths: ReadonlyMap<string, PathInfo | undefined>;
  /** The host ids that the daemon probably maps to a container's root, as the machine's files say. */
  readonly idmapBase: { readonly uid: number; readonly gid: number };
  /** Remotes for images: name to where and how. */
  readonly remotes: ReadonlyMap<string, ImageRemote>;
  /** Text of the journals of instances that were asked about, by `objectKey`. */
  readonly journals: ReadonlyMap<string, string>;
  /** Text of `/etc/os-release` of instances whose system is not known otherwise, by `objectKey`. */
  readonly releases: ReadonlyMap<string, string>;
  /** Users and groups of instances that were asked about, by `objectKey`. */
  readonly accounts: ReadonlyMap<string, AccountFiles>;
}

/** A managed network, with the addresses that it has given. */
export interface NetworkFacts {
  readonly config: Readonly<Record<string, string>>;
  readonly leases: readonly NetworkLease[];
}

/** An address that a network has given. */
export interface NetworkLease {
  readonly address: string;
  /** Name of the instance, or what a guest says of itself. */
  readonly hostname: string;
  readonly hwaddr: string;
}

/** Facts that settings of targets are checked against. */
export interface SettingFacts {
  /** Settings of all targets of the command, by `objectKey`. */
  readonly wanted: ReadonlyMap<string, Settings>;
  /** Networks with static addresses, by `objectKey`; those that do not exist are absent. */
  readonly networks: ReadonlyMap<string, NetworkFacts>;
  /** Addresses that programs of the daemon's machine listen at; absent where they are not known. */
  readonly listeners?: readonly Listener[];
  /** Text of /etc/subuid and /etc/subgid of the daemon's machine; absent where they are not known. */
  readonly subuid?: string;
  readonly subgid?: string;
}

/** Text of `/etc/passwd` and `/etc/group` of an instance; a file that does not exist has none. */
export interface AccountFiles {
  readonly passwd: string;
  readonly group: string;
  /** Files that are there but tell no users or groups, and why. */
  readonly unknown?: readonly string[];
}

/** An instance with the configuration that it comes from. */
export interface Described {
  readonly instance: Instance;
  readonly loaded: LoadedConfig;
}

/** An instance of a command, with the files that describe it. */
export interface Target extends Described {
  readonly cloudConfigs: readonly CloudConfig[];
  /** Compiler of the cloud-config files; present where there are some. */
  readonly compiler?: Compiler;
  /** Text of the files that `lxc-options` have the environment from, by path; `undefined` where there is none. */
  readonly environments?: ReadonlyMap<string, string | undefined>;
  /** The settings of its directory by name; absent where it is not one of a directory. */
  readonly settings?: ReadonlyMap<string, string>;
  /** The values of settings that are not to be shown: those of `.env` files. */
  readonly secretValues?: ReadonlySet<string>;
  /** The instance, or its snapshot, of which the target's instance becomes a copy. */
  readonly copyOf?: InstanceOrigin & InstanceRef;
  /** The instance that the target's devices are copied or cloned from. */
  readonly devicesFrom?: Described;
}

/** Options of the command line for a plan. */
export interface PlanOptions {
  /** Go on where an earlier run stopped. */
  readonly resume: boolean;
  /** Stop a running instance first. */
  readonly force: boolean;
  /** Act on an instance that is not lxops' own. */
  readonly adopt: boolean;
  /** Devices may get other sources than those that an instance has; what those hold stays where it is. */
  readonly moveDevices?: boolean;
  /** Longest wait for a clean stop before the instance is killed, in seconds. */
  readonly stopSeconds: number;
  /** Longest wait for an instance to become ready, in seconds. */
  readonly readySeconds: number;
  /** Pause before configuring, in seconds. */
  readonly pauseSeconds: number;
  /** Apply every item of the cloud-config files, also those that the instance's journal has. */
  readonly all: boolean;
  /** Apply only items of these sections of the cloud-config files; absent or empty: of all. */
  readonly only?: readonly string[];
  /** Create a virtual machine, whatever the configuration says. */
  readonly vm?: boolean;
  /** The cluster member, or `@GROUP`, that an instance is created on; empty: what the configuration says. */
  readonly member?: string;
  /** Random text for ids that must not be guessable; absent where a plan is only shown. */
  readonly random?: string | undefined;
  /** The record of the instance is written, with hashes of items that have secrets. */
  readonly recordsSecrets?: boolean;
  /** The secret of the user that keys of records are made from; absent: they are made from the random text. */
  readonly recordSecret?: string;
  /** A rebuild that fails leaves the new instance under the name, instead of bringing the old one back. */
  readonly noReturn?: boolean;
  /** A rebuild that fails keeps the new instance beside the old one. */
  readonly keepFailed?: boolean;
  /** A rebuild that fails after its new root filesystem ran puts the data back as it was before. */
  readonly undoData?: boolean;
  /** Most bytes that are copied of plain directories for that. */
  readonly maxCopy?: number;
  /** A rebuild keeps the old instance as a spare. */
  readonly keepOld?: boolean;
  /** An item of a cloud-config that takes longer is ended; absent: it may take as long as it takes. */
  readonly stepSeconds?: number;
}

/** Returns the key of an object of a project in the maps of a `World`. */
export function objectKey(project: string, name: string): string {
  return `${project || "default"}/${name}`;
}

/**
 * Returns the name of an instance in a message about an object of a project, with its own project where that differs.
 */
export function named(ref: InstanceRef, project: string): string {
  const other = (ref.project || "default") === (project || "default");
  return other ? `"${ref.name}"` : `"${ref.name}" of project "${ref.project || "default"}"`;
}

/** Returns the instance of a target. */
export function refOf(instance: Instance): InstanceRef {
  return { project: instance.project, name: instance.name };
}

/** Returns the line of advice that names the place of a key in a target's configuration. */
export function configuredAt(target: Described, key: string): string {
  const { file, line, column } = problem(target, key, "");
  return `Configured at ${[file, line, column].filter((part) => part !== undefined).join(":")} ${key}`;
}

/** Returns an error about a key of a target's configuration, with its place in the files. */
export function problem(target: Described, key: string, message: string): Issue {
  const at = originOf(target.loaded, key);
  return { file: at?.file ?? target.instance.file, ...at, key, message, severity: "error" };
}
