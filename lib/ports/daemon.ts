/**
 * Objects of a daemon, as it describes them: itself, instances, profiles, projects, images and events.
 *
 * @module
 */

/** The daemon's description of itself (`GET /1.0`). */
export interface ServerInfo {
  readonly extensions: ReadonlySet<string>;
  readonly server: string;
  readonly version: string;
  /** Architectures that the daemon runs, its own first. */
  readonly architectures: readonly string[];
  /** Features of its kernel, such as `idmapped_mounts`, each `true` or `false`. */
  readonly kernel?: Readonly<Record<string, string>>;
  readonly kernelVersion?: string;
  readonly config: Readonly<Record<string, string>>;
  /** True for a member of a cluster; `name` is its name there. */
  readonly clustered?: boolean;
  readonly name?: string;
  /** Number of its process, on the machine that it runs on. */
  readonly pid?: number;
  readonly storage?: readonly string[];
}

/** Devices by name, each a map of its keys. */
export type Devices = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** An address of an instance. */
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
  /** The time of its last start; absent where it has not started yet. */
  readonly startedAt?: string;
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
export interface OtherDaemonInstances {
  readonly title: string;
  readonly instances: readonly InstanceInfo[];
  /** Profiles of all projects, where they were asked for. */
  readonly profiles?: readonly ProfileInfo[];
  /** The reason why an existing daemon could not be read. */
  readonly problem?: string;
}

/** A profile as the daemon describes it. */
export interface ProfileInfo {
  readonly name: string;
  readonly project: string;
  readonly description: string;
  readonly config: Readonly<Record<string, string>>;
  readonly devices: Devices;
  /** API paths of the objects that use it. */
  readonly usedBy: readonly string[];
}

/** A project and which kinds of objects it has of its own. */
export interface ProjectInfo {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
}

/** Tells whether a project has its own profiles. */
export function hasOwnProfiles({ name, config }: ProjectInfo): boolean {
  return name === "default" || (config["features.profiles"] ?? "true") === "true";
}

/** An image in the daemon's store. */
export interface ImageInfo {
  readonly fingerprint: string;
  readonly aliases: readonly string[];
  /** Descriptions of its aliases, by alias; those without one are absent. */
  readonly descriptions?: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
  readonly type: string;
  readonly architecture: string;
  readonly size?: number;
  readonly isPublic?: boolean;
  readonly uploadedAt?: string;
  /** The server that it was downloaded from, and its name there. */
  readonly origin?: { readonly server: string; readonly alias: string };
}

/** An event of the daemon. */
export interface ServerEvent {
  readonly type: string;
  readonly project: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}
