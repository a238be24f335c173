/**
 * Edits that change values in the files of an instance.
 *
 * @module
 */
import type { Edit } from "./edit.ts";

/** Edits that change values. */
export const CHANGED: readonly Edit[] = [
  {
    edit: "a key of `config` is changed",
    patch: { config: { config: { "user.two": "22" } } },
    then: { "key user.two": "22" },
  },
  {
    edit: "a variable of the environment is changed",
    patch: { config: { config: { "environment.GREETING": "bye" } } },
    then: { "sh echo $GREETING": "bye" },
  },
  {
    edit: "`limits.processes` is changed",
    patch: { config: { limits: { processes: 600 } } },
    then: { "key limits.processes": "600" },
  },
  {
    edit: "`limits.disk` is changed",
    patch: { config: { limits: { disk: "2GiB" } } },
    then: { "device root size": "2GiB" },
  },
  {
    edit: "`autostart` is changed",
    patch: { config: { autostart: true } },
    then: { "key boot.autostart": "true" },
  },
  {
    edit: "a port is changed",
    patch: { config: { ports: { one: "PORT2:80" } } },
    then: { "device port-PORT1 connect": undefined, "device port-PORT2 connect": "tcp:127.0.0.1:80" },
  },
  {
    edit: "an address is changed",
    patch: { config: { addresses: { eth0: "ADDRESS2" } } },
    then: { "device eth0 ipv4.address": "ADDRESS2" },
  },
  {
    edit: "the path of a directory is changed",
    patch: { config: { devices: { sub: { path: "/other" } } } },
    then: { "sh test -d /other && echo there": "there" },
  },
  {
    edit: "a property of a dataset is changed",
    patch: { config: { filesystems: { set: { zfsproperties: { "user:note": "2" } } } } },
    then: { "zfs user:note": "2" },
  },
  {
    edit: "a property of a volume is changed",
    patch: { config: { filesystems: { vol: { properties: { "user.note": "2" } } } } },
    then: { "volume user.note": "2" },
  },
  {
    edit: "a `unix-char` device is changed",
    patch: { config: { devices: { nul: { path: "/dev/other" } } } },
    then: { "sh test -c /dev/other && echo there": "there" },
  },
  {
    edit: "a `nic` device is changed",
    patch: { config: { devices: { lan1: { name: "lan9" } } } },
    then: { "sh ls /sys/class/net | grep lan9": "lan9" },
  },
  {
    edit: "a `proxy` device is changed",
    patch: { config: { devices: { door: { connect: "tcp:127.0.0.1:81" } } } },
    then: { "device door connect": "tcp:127.0.0.1:81" },
  },
  {
    edit: "an option `-c` is changed",
    patch: { config: { "lxc-options": { one: "-c user.one=11" } } },
    then: { "key user.one": "11" },
  },
  {
    edit: "an included file changes a key",
    patch: { included: { config: { "user.included": "2" } } },
    then: { "key user.included": "2" },
  },
  {
    edit: "the file has a key that the included one has, too",
    patch: { config: { config: { "user.both": "3" } } },
    then: { "key user.both": "3" },
  },
  {
    edit: "a property of the file is changed",
    patch: { config: { properties: { p: "2" } } },
    then: { "device p path": "/dev/p2" },
  },
  {
    edit: "another `-P` is given",
    patch: { properties: { q: "2" } },
    then: { "device q path": "/dev/q2" },
  },
  {
    edit: "an item is changed",
    patch: { cfg: { runcmd: { two: "echo 22 >/two" } } },
    then: { "sh cat /two": "22" },
  },
  {
    edit: "the content of a file with a secret is changed",
    patch: { cfg: { write_files: { key: { content: "other" } } } },
    then: { "sh cat /key": "other" },
  },
  {
    edit: "the content of a file is changed",
    patch: { more: { write_files: { one: { content: "even more\n" } } } },
    then: { "sh cat /more": "even more" },
  },
];
