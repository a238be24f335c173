/**
 * Edits that add something to the files of an instance.
 *
 * @module
 */
import type { Edit } from "./edit.ts";

const NULL = { type: "unix-char", source: "/dev/null", path: "/dev/mynull" };
const LOOP = { type: "unix-block", major: 7, minor: 99, path: "/dev/myloop" };
const PROXY = { type: "proxy", listen: "tcp:127.0.0.1:PORT3", connect: "tcp:127.0.0.1:80" };

/** Edits that add keys, entries and files. */
export const ADDED: readonly Edit[] = [
  {
    edit: "a key of `config` is added",
    patch: { config: { config: { "user.two": "2" } } },
    then: { "key user.two": "2" },
  },
  {
    edit: "a variable of the environment is added",
    patch: { config: { config: { "environment.GREETING": "hello" } } },
    then: { "sh echo $GREETING": "hello" },
  },
  {
    edit: "`limits.processes` is added",
    patch: { config: { limits: { processes: 500 } } },
    then: { "key limits.processes": "500" },
  },
  {
    edit: "`limits.memory` is added",
    patch: { config: { limits: { memory: "64MiB" } } },
    then: { "key limits.memory": "64MiB" },
  },
  {
    edit: "`limits.cpu` is added",
    patch: { config: { limits: { cpu: 1 } } },
    then: { "key limits.cpu": "1" },
  },
  {
    edit: "`limits.disk` is added",
    patch: { config: { limits: { disk: "1GiB" } } },
    then: { "device root size": "1GiB" },
  },
  {
    edit: "`autostart` is added",
    patch: { config: { autostart: false } },
    then: { "key boot.autostart": "false" },
  },
  {
    edit: "a port is added",
    patch: { config: { ports: { one: "PORT1:80" } } },
    then: { "device port-PORT1 connect": "tcp:127.0.0.1:80" },
  },
  {
    edit: "an address is added",
    patch: { config: { addresses: { eth0: "ADDRESS1" } } },
    then: { "device eth0 ipv4.address": "ADDRESS1" },
  },
  {
    edit: "a directory is added",
    patch: { config: { devices: { sub: { path: "/sub", filesystem: "data" } } } },
    then: { "sh test -d /sub && echo there": "there" },
  },
  {
    edit: "a filesystem (dataset) with a property and a directory is added",
    patch: {
      config: {
        filesystems: {
          set: { pattern: "POOL/(instance)", zfsproperties: { "user:note": "1" }, destroy: true },
        },
        devices: { set: { path: "/set", filesystem: "set" } },
      },
    },
    then: { "sh test -d /set && echo there": "there", "zfs user:note": "1" },
  },
  {
    edit: "a filesystem (volume) with a property and a directory is added",
    patch: {
      config: {
        filesystems: {
          vol: { pattern: "volume:default/(instance)", properties: { "user.note": "1" }, destroy: true },
        },
        devices: { vol: { path: "/vol", filesystem: "vol" } },
      },
    },
    then: { "sh test -d /vol && echo there": "there" },
  },
  {
    edit: "a `unix-char` device is added",
    patch: { config: { devices: { nul: NULL } } },
    then: { "sh test -c /dev/mynull && echo there": "there" },
  },
  {
    edit: "a `unix-block` device is added",
    patch: { config: { devices: { loop: LOOP } } },
    then: { "sh test -b /dev/myloop && echo there": "there" },
  },
  {
    edit: "a `nic` device is added",
    patch: { config: { devices: { lan1: { type: "nic", nictype: "p2p", name: "lan1" } } } },
    then: { "sh ls /sys/class/net | grep lan1": "lan1" },
  },
  {
    edit: "a `proxy` device is added",
    patch: { config: { devices: { door: PROXY } } },
    then: { "device door type": "proxy" },
  },
  {
    edit: "a `usb` device is added",
    patch: { config: { devices: { stick: { type: "usb", vendorid: "1a86" } } } },
    then: { "device stick vendorid": "1a86" },
  },
  {
    edit: "an option `-c` is added",
    patch: { config: { "lxc-options": { one: "-c user.one=1" } } },
    then: { "key user.one": "1" },
  },
  {
    edit: "an option `-d` is added",
    patch: { config: { "lxc-options": { lan2: "-d lan2,type=nic,nictype=p2p" } } },
    then: { "device lan2 nictype": "p2p" },
  },
  {
    edit: "an option `-p` is added",
    patch: { config: { "lxc-options": { profile: "-p NAME-second" } } },
    then: { "key user.second": "1" },
  },
  {
    edit: "a profile is added",
    patch: { config: { profiles: { second: "NAME-first" } } },
    then: { "key user.first": "1" },
  },
  {
    edit: "an included file gets keys",
    patch: { included: { config: { "user.included": "1", "user.both": "1" } } },
    then: { "key user.included": "1" },
  },
  {
    edit: "an item is added",
    patch: { cfg: { runcmd: { two: "echo two >/two" } } },
    then: { "sh cat /two": "two" },
  },
  {
    edit: "an item with a secret is added",
    patch: { cfg: { write_files: { key: { path: "/key", content: "secret", permissions: "0600" } } } },
    then: { "sh cat /key": "secret" },
  },
  {
    edit: "a cloud-config file is added",
    patch: { config: { "cloud-config-files": { two: "b.cfg" } } },
    then: { "sh cat /more": "more" },
  },
];

/** Edits of keys that do not matter to an existing instance. */
export const NOTHING: readonly Edit[] = ([
  ["description", "a machine"],
  ["extract", true],
  ["ids", "warn"],
  ["keep-old", true],
  ["device-owner", "1000000:1000000"],
  ["checks", { one: { name: "one", exec: "true" } }],
  ["logs", { one: "/var/log/one" }],
  ["wait", { one: "exec" }],
  ["after", { "NAME-none": { required: false } }],
] as const).map(([key, value]) => ({
  edit: `\`${key}\` is added`,
  patch: { config: { [key]: value } },
}));
