/**
 * Edits of the files of an instance, in rounds: those of a round are made at once in an ordinary run, and one after the
 * other with LXOPS_TEST_CUTS=all. `EDITS.md` has the lines of `plan` about each, and the actions of `up`.
 *
 * @module
 */
import type { Files } from "../files.ts";
import { ADDED, NOTHING } from "./added.ts";
import { CHANGED } from "./changed.ts";
import type { Edit } from "./edit.ts";
import { REMOVED, REST } from "./removed.ts";

/** The files before the first edit. */
export const FIRST: Files = {
  config: {
    ostype: "alpine",
    image: "tiny",
    include: { one: "included.yaml" },
    profiles: { first: "default" },
    properties: { p: "1" },
    filesystems: { data: { pattern: "DIRECTORY/(instance)", destroy: true } },
    devices: {
      data: { path: "/data", filesystem: "data" },
      p: { type: "unix-char", source: "/dev/null", path: "/dev/p(p)" },
      q: { type: "unix-char", source: "/dev/null", path: "/dev/q(q)" },
    },
    "cloud-config-files": { one: "a.cfg" },
  },
  included: {},
  cfg: { runcmd: { one: "echo one >/one" } },
  more: { write_files: { one: { path: "/more", content: "more\n" } } },
  properties: { q: "1" },
};

/** Edits that change an order. */
const ORDER: readonly Edit[] = [
  {
    edit: "profiles are in another order",
    patch: { config: { profiles: ["default", "NAME-first"] } },
    then: { "profiles": "default NAME-first NAME.lxops" },
  },
  {
    edit: "items are in another order",
    patch: { cfg: { runcmd: ["echo one >/one", "echo 3 >/three"] } },
    then: { "sh cat /one": "one" },
  },
];

/** Edits that need a restart. */
const RESTART: readonly Edit[] = [
  {
    edit: "a key that takes a restart is added",
    patch: { config: { config: { "security.nesting": true } } },
    then: { "key security.nesting": "true" },
  },
  {
    edit: "a limit of the kernel is added",
    patch: { config: { config: { "limits.kernel.nofile": "3000" } } },
    then: { "sh ulimit -n": "3000" },
  },
];

/** Edits that need a rebuild. */
const REBUILD: readonly Edit[] = [
  {
    edit: "the image is another one",
    patch: { config: { image: "tiny2" } },
    then: { "sh grep VERSION /etc/os-release": "VERSION_ID=2" },
  },
];

/** Edits that are impossible for an existing instance, or would separate it from its data. */
const REFUSED: readonly Edit[] = ([
  ["a directory is at another place of the host", { devices: { data: { dir: "elsewhere" } } }],
  ["a filesystem is at another place", { filesystems: { data: { pattern: "DIRECTORY/(instance)-b" } } }],
  ["the type is another one", { type: "virtual-machine" }],
  ["the image does not exist", { image: "NAME-none" }],
  ["a profile does not exist", { profiles: ["default", "NAME-none"] }],
  ["a NIC has an address that is not in its network", { addresses: { eth0: "192.0.2.1" } }],
  ["a `tmpfs` device is added, which a later Incus has", {
    devices: { tmp: { type: "tmpfs", path: "/mnt/tmp" } },
  }],
  ["a port is in use", { ports: { one: "PORT4:80" } }],
] as const).map(([edit, config]) => ({ edit, patch: { config }, refused: true }));

/** All edits, by the rounds in which they are made. */
export const ROUNDS: readonly (readonly Edit[])[] = [
  ADDED,
  NOTHING,
  CHANGED,
  REMOVED,
  REST,
  [{
    edit: "a profile is added in front",
    patch: { config: { profiles: ["NAME-first", "default"] } },
    then: { "profiles": "NAME-first default NAME.lxops" },
  }, {
    edit: "an item is added in front",
    patch: { cfg: { runcmd: ["echo 3 >/three", "echo one >/one"] } },
    then: { "sh cat /three": "3" },
  }],
  ORDER,
  [{
    edit: "`order` is added, by which commands are one item",
    patch: { config: { order: "cloud-init" } },
    then: { "sh cat /one": "one" },
  }],
  [{
    edit: "the own profile gets another name",
    patch: { config: { "profile-pattern": "(instance).other" } },
    then: {
      "profiles": "default NAME-first NAME.other",
      "sh grep -q ' /data ' /proc/mounts && echo there": "there",
    },
  }],
  [{
    edit: "the own profile gets its usual name",
    patch: { config: { "profile-pattern": null } },
    then: {
      "profiles": "default NAME-first NAME.lxops",
      "sh grep -q ' /data ' /proc/mounts && echo there": "there",
    },
  }],
  RESTART,
  REBUILD,
  ...REFUSED.map((one) => [one]),
];
