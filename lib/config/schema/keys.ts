/**
 * The shape of the keys of a configuration that become settings and devices of the instance. Texts may still have
 * `(name)` variables.
 *
 * @module
 */

import type { ProvisionKeys } from "./provision_keys.ts";

/** The conditions that an instance can be waited for before it is configured. */
export const WAITS = ["network", "ipv4", "ipv6", "exec"] as const;

/** The orders in which cloud-config files can be applied. */
export const ORDERS = ["lxops", "cloud-init"] as const;

/** Values of `ids:`, which says how a rebuild treats the ids of users and groups. */
export const IDS = ["keep", "warn", "refuse"] as const;

/** The types of instances. */
export const TYPES = ["container", "virtual-machine"] as const;

/** Consents to a change: a command makes it by itself, or only with a flag. */
export const CONSENTS = ["auto", "manual"] as const;

/** The kinds of devices besides directories of the host. */
export const DEVICE_KINDS = [
  "gpu",
  "nic",
  "proxy",
  "tmpfs",
  "unix-block",
  "unix-char",
  "unix-hotplug",
  "usb",
] as const;

/** A kind of devices besides directories of the host. */
export type DeviceKind = typeof DEVICE_KINDS[number];

/** A device that is no directory of the host, with the keys that the daemons have for its kind. */
export interface OtherDevice {
  readonly type: DeviceKind;
  readonly keys: Readonly<Record<string, string>>;
}

/** The long form of a published port; the short one is text. */
export interface PortEntry {
  /** The port or range in the instance. */
  readonly target: string;
  /** The port or range of the host. */
  readonly published: string;
  /** The address of the host; empty: all of them. */
  readonly hostIp: string;
  readonly protocol: "tcp" | "udp";
  /** The daemon forwards packets instead of running a proxy. */
  readonly nat: boolean;
}

/** The limits of an instance. */
export const LIMITS = ["cpu", "memory", "disk", "processes"] as const;

/** A limit of an instance. */
export type LimitName = typeof LIMITS[number];

/** The conditions that a dependency can be waited for. */
export const UNTIL = ["started", "healthy", "completed"] as const;

/** A dependency on another instance. */
export interface After {
  /** The state of the other instance that is waited for. */
  readonly until: typeof UNTIL[number];
  /** The other instance must exist and reach the state. */
  readonly required: boolean;
  /** The instance is restarted after the other one was. */
  readonly restart: boolean;
}

/** The kinds of ids that are mapped. */
export const ID_KINDS = ["both", "uid", "gid"] as const;

/** The long form of an entry of an id map; the short one is text. */
export interface IdmapEntry {
  readonly kind: typeof ID_KINDS[number];
  /** The id or range of the host. */
  readonly host: string;
  /** The id or range in the instance. */
  readonly guest: string;
}

/** The keys of a configuration that become settings of the instance. */
export interface SettingKeys extends ProvisionKeys {
  /** The name of the instance; empty: that of the file. */
  readonly name: string;
  /** Published ports, those of included files first. */
  readonly ports: readonly (string | PortEntry)[];
  /** Static addresses by NIC. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  readonly limits: Readonly<Partial<Record<LimitName, string>>>;
  /** True where the instance starts with the daemon; absent: where it ran before the daemon stopped. */
  readonly autostart?: boolean;
  /** Configuration of the instance in the daemon. */
  readonly config: Readonly<Record<string, string>>;
  /** Instances that this one depends on, by name. */
  readonly after: Readonly<Record<string, After>>;
  /** Log files in the instance, those of included files first. */
  readonly logs: readonly string[];
  /** Ids of the host that are ids of the instance, those of included files first. */
  readonly idmap: readonly (string | IdmapEntry)[];
  /** Devices besides directories of the host, by name. */
  readonly otherDevices: Readonly<Record<string, OtherDevice>>;
}
