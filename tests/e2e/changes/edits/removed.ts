/**
 * Edits that remove something from the files of an instance.
 *
 * @module
 */
import { NOTHING } from "./added.ts";
import type { Edit } from "./edit.ts";

/** Edits that remove keys and entries. */
export const REMOVED: readonly Edit[] = [
  {
    edit: "a key of `config` is removed",
    patch: { config: { config: { "user.two": null } } },
    then: { "key user.two": undefined },
  },
  {
    edit: "a variable of the environment is removed",
    patch: { config: { config: { "environment.GREETING": null } } },
    then: { "key environment.GREETING": undefined },
  },
  {
    edit: "the file has a key no longer that the included one has",
    patch: { config: { config: { "user.both": null } } },
    then: { "key user.both": "1" },
  },
  {
    edit: "`limits` is removed",
    patch: { config: { limits: null } },
    then: { "key limits.processes": undefined, "device root size": undefined },
  },
  {
    edit: "`autostart` is removed",
    patch: { config: { autostart: null } },
    then: { "key boot.autostart": undefined },
  },
  {
    edit: "a port is removed",
    patch: { config: { ports: null } },
    then: { "device port-PORT2 connect": undefined },
  },
  {
    edit: "an address is removed",
    patch: { config: { addresses: null } },
    then: { "device eth0 ipv4.address": undefined },
  },
  {
    edit: "a directory is removed",
    patch: { config: { devices: { sub: null } } },
    then: { "sh grep -q ' /other ' /proc/mounts || echo gone": "gone", "host DIRECTORY/NAME/sub": "there" },
  },
  {
    edit: "a property of a dataset is removed",
    patch: { config: { filesystems: { set: { zfsproperties: null } } } },
    then: { "zfs user:note": "-" },
  },
  {
    edit: "a property of a volume is removed",
    patch: { config: { filesystems: { vol: { properties: null } } } },
    then: { "volume user.note": undefined },
  },
  ...["nul", "loop", "lan1", "door", "stick"].map((name) => ({
    edit: `a device (${name}) is removed`,
    patch: { config: { devices: { [name]: null } } },
    then: { [`device ${name} type`]: undefined },
  })),
  {
    edit: "an option `-c` is removed",
    patch: { config: { "lxc-options": { one: null } } },
    then: { "key user.one": undefined },
  },
  {
    edit: "an option `-d` is removed",
    patch: { config: { "lxc-options": { lan2: null } } },
    then: { "device lan2 type": undefined },
  },
  {
    edit: "an option `-p` is removed",
    patch: { config: { "lxc-options": { profile: null } } },
    then: { "key user.second": undefined },
  },
  {
    edit: "a profile is removed",
    patch: { config: { profiles: { second: null } } },
    then: { "key user.first": undefined },
  },
  { edit: "an item is removed", patch: { cfg: { runcmd: { two: null } } }, then: { "sh cat /two": "22" } },
];

/** Edits that remove filesystems and cloud-config files, and keys that do not matter to an existing instance. */
export const REST: readonly Edit[] = [
  {
    edit: "filesystems and their directories are removed",
    patch: { config: { filesystems: { set: null, vol: null }, devices: { set: null, vol: null } } },
    then: { "sh grep -q ' /set ' /proc/mounts || echo gone": "gone", "volume name": "NAME" },
  },
  {
    edit: "`include` is removed",
    patch: { config: { include: null } },
    then: { "key user.included": undefined },
  },
  {
    edit: "a cloud-config file is removed",
    patch: { config: { "cloud-config-files": { two: null } } },
    then: { "sh cat /more": "even more" },
  },
  ...NOTHING.map(({ edit, patch }) => ({
    edit: edit.replace("added", "removed"),
    patch: { config: Object.fromEntries(Object.keys(patch.config!).map((key) => [key, null])) },
  })),
];
