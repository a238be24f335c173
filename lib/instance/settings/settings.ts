/**
 * Settings of an instance from the keys of its configuration: the parts of its own profile besides directories. Numbers
 * in them can be ranges: `5`, or `5-9`.
 *
 * @module
 */
import type { After } from "../../config/schema/keys.ts";

/** A range of numbers, both ends included. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** Reads a number or a range; returns `undefined` for other texts. */
export function parseRange(text: string): Range | undefined {
  const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(text.trim());
  if (!match) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return last < first ? undefined : { first, last };
}

/** Returns the text of a range. */
export function rangeText({ first, last }: Range): string {
  return first === last ? `${first}` : `${first}-${last}`;
}

/** Returns how many numbers a range has. */
export function sizeOf({ first, last }: Range): number {
  return last - first + 1;
}

/** A published port. */
export interface Port {
  /** Name of its device. */
  readonly name: string;
  /** Key in the configuration. */
  readonly key: string;
  /** Address of the host. */
  readonly address: string;
  readonly published: Range;
  readonly target: Range;
  readonly protocol: "tcp" | "udp";
  readonly nat: boolean;
}

/** Static addresses of a NIC. */
export interface StaticAddresses {
  readonly ipv4?: string;
  readonly ipv6?: string;
}

/** A device that is no directory. */
export interface SettingDevice {
  readonly name: string;
  /** Key in the configuration. */
  readonly key: string;
  /** The device as the daemon has it. */
  readonly device: Readonly<Record<string, string>>;
}

/** Ids of the host that are ids of the instance. */
export interface IdMapping {
  readonly kind: "both" | "uid" | "gid";
  readonly host: Range;
  readonly guest: Range;
}

/** A key of the instance's configuration in the daemon. */
export interface ConfigEntry {
  readonly value: string;
  /** Key in the configuration file. */
  readonly key: string;
}

/** Settings of an instance. */
export interface Settings {
  /** Configuration in the daemon, by its keys. */
  readonly config: Readonly<Record<string, ConfigEntry>>;
  /** Devices besides directories: those of `devices` that say a type, and those of `ports`. */
  readonly devices: readonly SettingDevice[];
  readonly ports: readonly Port[];
  /** Static addresses by NIC. */
  readonly addresses: Readonly<Record<string, StaticAddresses>>;
  /** Size of the root disk. */
  readonly disk?: string;
  readonly idmap: readonly IdMapping[];
  /** Instances that this one depends on. */
  readonly after: Readonly<Record<string, After>>;
  /** Log files in the instance. */
  readonly logs: readonly string[];
}
