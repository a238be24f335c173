/**
 * Changes of an instance by hand, in rounds: the changes of a round are made at once. `EDITS.md` has the lines of
 * `plan` about each.
 *
 * @module
 */
import type { Files, Tree } from "./files.ts";

/** Objects of the daemon that belong to an instance. */
export type Part = "instance" | "profile" | "volume";

/** A change by hand. */
export interface HandChange {
  readonly what: string;
  /** The changed object, and its change. */
  readonly of: Part;
  readonly patch: Tree;
}

/** The files of the instance. */
export const WANTED: Files = {
  config: {
    ostype: "alpine",
    image: "tiny",
    profiles: { one: "default", two: "NAME-first" },
    "lxc-options": {
      one: "-c user.one=1",
      three: "-c user.three=3",
      lan2: "-d lan2,type=nic,nictype=p2p",
      lan3: "-d lan3,type=nic,nictype=p2p",
    },
    config: { "user.two": "2", "user.four": "4" },
    limits: { processes: 500 },
    ports: { one: "PORT1:80" },
    addresses: { eth0: "ADDRESS1" },
    filesystems: {
      data: { pattern: "DIRECTORY/(instance)", destroy: true },
      vol: { pattern: "volume:default/(instance)", properties: { "user.note": "1" }, destroy: true },
    },
    devices: {
      data: { path: "/data", filesystem: "data" },
      sub: { path: "/sub", filesystem: "data" },
      vol: { path: "/vol", filesystem: "vol" },
      nul: { type: "unix-char", source: "/dev/null", path: "/dev/mynull" },
      lan1: { type: "nic", nictype: "p2p" },
    },
  },
  included: {},
  cfg: {},
  more: {},
  properties: {},
};

/** Changes of values that the configuration sets: `up` takes them back. */
const OURS: readonly HandChange[] = [
  { what: "an own key is changed", of: "instance", patch: { config: { "user.one": "hand" } } },
  { what: "an own key is removed", of: "instance", patch: { config: { "user.three": null } } },
  { what: "a key of the own profile is changed", of: "profile", patch: { config: { "user.two": "hand" } } },
  {
    what: "a key of the own profile is removed",
    of: "profile",
    patch: { config: { "limits.processes": null } },
  },
  { what: "an own device is changed", of: "instance", patch: { devices: { lan2: { name: "lan5" } } } },
  { what: "an own device is removed", of: "instance", patch: { devices: { lan3: null } } },
  {
    what: "a device of the own profile is changed",
    of: "profile",
    patch: { devices: { nul: { path: "/dev/other" } } },
  },
  { what: "a device of the own profile is removed", of: "profile", patch: { devices: { lan1: null } } },
  { what: "a directory is removed", of: "profile", patch: { devices: { sub: null } } },
  {
    what: "an address is changed",
    of: "profile",
    patch: { devices: { eth0: { "ipv4.address": "ADDRESS2" } } },
  },
  { what: "a port is removed", of: "profile", patch: { devices: { "port-PORT1": null } } },
  {
    what: "a key of the own profile gets another value in the instance itself",
    of: "instance",
    patch: { config: { "user.four": "hand" } },
  },
  { what: "a property of a volume is changed", of: "volume", patch: { config: { "user.note": "hand" } } },
  { what: "a profile is taken away", of: "instance", patch: { profiles: ["default", "NAME.lxops"] } },
];

/** Changes of values that the configuration does not set: they stay byte for byte. */
const FOREIGN: readonly HandChange[] = [
  {
    what: "a key that the configuration does not have is added",
    of: "instance",
    patch: { config: { "user.foreign": " \n\"\\'\u00fc" } },
  },
  {
    what: "a variable of the environment is added",
    of: "instance",
    patch: { config: { "environment.FOREIGN": "x" } },
  },
  {
    what: "a limit that the configuration does not have is added",
    of: "instance",
    patch: { config: { "limits.memory": "1GiB" } },
  },
  {
    what: "a device that the configuration does not have is added",
    of: "instance",
    patch: { devices: { theirs: { type: "none" } } },
  },
  { what: "the description is changed", of: "instance", patch: { description: "somebody's" } },
  {
    what: "a profile is added",
    of: "instance",
    patch: { profiles: ["default", "NAME-first", "NAME-second", "NAME.lxops"] },
  },
  {
    what: "a key that the configuration does not have is added to the own profile",
    of: "profile",
    patch: { config: { "user.foreign2": "\u00fc" } },
  },
  {
    what: "a device that the configuration does not have is added to the own profile",
    of: "profile",
    patch: { devices: { lan7: { type: "nic", nictype: "p2p" } } },
  },
  { what: "the description of the own profile is changed", of: "profile", patch: { description: "theirs" } },
  {
    what: "a key that the configuration does not have is added to a volume",
    of: "volume",
    patch: { config: { "user.foreign": "1" } },
  },
];

/** Changes that hide other changes, so that each is made by itself. */
const ALONE: readonly HandChange[] = [
  {
    what: "profiles are in another order",
    of: "instance",
    patch: { profiles: ["NAME-first", "NAME-second", "default", "NAME.lxops"] },
  },
  {
    what: "the own profile is taken away",
    of: "instance",
    patch: { profiles: ["default", "NAME-first", "NAME-second"] },
  },
  {
    what: "a device of the own profile gets other settings in the instance itself",
    of: "instance",
    patch: { devices: { eth0: { type: "nic", network: "NETWORK", "ipv4.address": "ADDRESS2" } } },
  },
];

/** Rounds of changes of values that the configuration sets, and of values that it does not set. */
export const ROUNDS: readonly (readonly HandChange[])[] = [
  OURS,
  FOREIGN,
  ...ALONE.map((one) => [one]),
];

/** A change that is made in the files and by hand. */
export interface BothChange extends HandChange {
  readonly config: Tree;
}

/** Changes on both sides, of which `up` asks which one to keep. */
export const BOTH: readonly BothChange[] = [
  {
    what: "an own key",
    of: "instance",
    patch: { config: { "user.one": "hand HAND" } },
    config: { "lxc-options": { one: "-c user.one=VALUE" } },
  },
  {
    what: "a key of the own profile",
    of: "profile",
    patch: { config: { "user.two": "hand HAND" } },
    config: { config: { "user.two": "VALUE" } },
  },
  {
    what: "a limit",
    of: "profile",
    patch: { config: { "limits.processes": "7HAND" } },
    config: { limits: { processes: "6VALUE" } },
  },
  {
    what: "a device of the own profile",
    of: "profile",
    patch: { devices: { nul: { path: "/dev/handHAND" } } },
    config: { devices: { nul: { path: "/dev/VALUE" } } },
  },
  {
    what: "a property of a volume",
    of: "volume",
    patch: { config: { "user.note": "hand HAND" } },
    config: { filesystems: { vol: { properties: { "user.note": "VALUE" } } } },
  },
];
