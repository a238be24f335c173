/**
 * Items of files in which text after text is hostile.
 *
 * @module
 */
import { assert } from "@std/assert";
import type { Item } from "../../lib/cloudconfig/model/item.ts";
import { ConfigError } from "../../lib/base/errors.ts";
import { itemsOf } from "./items.ts";

/** A file with every key whose text is data; commands are left out, as their text is meant to be run. */
const EVERYTHING = {
  hostname: "web",
  fqdn: "web.example.org",
  manage_etc_hosts: "localhost",
  preserve_hostname: "true",
  timezone: "Etc/UTC",
  locale: "C.UTF-8",
  locale_configfile: "/locale",
  keyboard: { layout: "gr", model: "pc", variant: "v", options: "o" },
  manage_resolv_conf: "true",
  resolv_conf: {
    nameservers: ["1.1.1.1"],
    searchdomains: ["a"],
    domain: "b",
    sortlist: ["c"],
    options: { x: "1" },
  },
  ntp: {
    ntp_client: "chrony",
    pools: ["a"],
    servers: ["b"],
    peers: ["c"],
    allow: ["d"],
    config: { template: "t", confpath: "/ntp", packages: ["p"], service_name: "s", check_exe: "true" },
  },
  mounts: [["tmpfs", "/mnt/x", "none", "x", "0", "0"]],
  ca_certs: { trusted: ["cert"] },
  apt: {
    primary: [{ arches: ["amd64"], uri: "http://a/", keyid: "12345678", keyserver: "a", key: "k" }],
    disable_suites: ["x"],
    debconf_selections: { a: "b" },
    sources_list: "deb $MIRROR x",
    conf: 'A::B "c";',
    http_proxy: "http://p/",
    sources: { s: { source: "deb $MIRROR $RELEASE main", filename: "f.list", key: "k" } },
  },
  apk_repos: { alpine_repo: { base_url: "http://a", version: "edge" }, local_repo_base_url: "http://b" },
  yum_repos: { y: { baseurl: "http://y", name: "n" } },
  zypper: { repos: [{ id: "z", baseurl: "http://z" }], config: { a: "b" } },
  packages: ["name", ["name", "version"], { apt: ["a"], snap: ["b"] }],
  write_files: [
    { path: "/f", content: "c", owner: "root:root", permissions: "0644" },
    { path: "/g", source: { uri: "file:///none", headers: { a: "b" } }, content: "d", append: "true" },
  ],
  groups: ["g", { h: ["root"] }],
  users: [{
    name: "ann",
    gecos: "g",
    uid: "1234",
    shell: "/bin/sh",
    homedir: "/home/ann",
    primary_group: "p",
    groups: ["q"],
    expiredate: "2033-01-01",
    inactive: "5",
    selinux_user: "s",
    hashed_passwd: "h",
    sudo: ["ALL=(ALL) ALL"],
    doas: ["permit ann"],
    ssh_authorized_keys: ["ssh-rsa AAAA x"],
    ssh_import_id: ["lp:someone"],
  }, { name: "snapped", snapuser: "a@example.org" }],
  ssh_authorized_keys: ["ssh-rsa AAAB x"],
  ssh_import_id: ["gh:someone"],
  disable_root_opts: "no-pty",
  chpasswd: { expire: "false", users: [{ name: "root", password: "x", type: "text" }] },
  ssh_keys: { rsa_private: "a", rsa_certificate: "b" },
  snap: { assertions: ["a"] },
  final_message: "m",
} as const;

const HOSTILE: readonly string[] = [
  "$(touch /owned)`touch /owned`;touch /owned;'\"'; touch /owned; '\"; touch /owned; \"\\",
  "a\ntouch /owned\nEND\nEND_\n\u0001\u00e9",
  "-x;touch${IFS}/owned|touch${IFS}/owned&../../$(touch${IFS}/owned)",
  "x|touch${IFS}/owned|`touch${IFS}/owned`$(touch${IFS}/owned)",
  "-v",
  "a\u0000touch /owned",
];

/** Systems whose items differ for these keys. */
const SYSTEMS: Readonly<Record<string, readonly string[]>> = {
  packages: ["debian", "alpine", "fedora", "openwrt"],
  locale: ["debian", "alpine", "fedora"],
  apk_repos: ["alpine"],
  yum_repos: ["fedora"],
  zypper: ["opensuse"],
  users: ["debian", "alpine"],
};

/** The file with one text after another made hostile, keys of maps included. */
function* variants(value: unknown, hostile: string): Generator<unknown> {
  if (typeof value === "string") {
    yield hostile;
    yield value + hostile;
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const variant of variants(item, hostile)) yield value.with(index, variant);
    }
  } else if (value !== null && typeof value === "object") {
    for (const [key, item] of Object.entries(value)) {
      for (const variant of variants(item, hostile)) yield { ...value, [key]: variant };
      yield { ...value, [key]: undefined, [hostile]: item };
    }
  }
}

/** Every item that some hostile text makes, each once. */
export function hostileItems(): readonly Item[] {
  const made = new Map<string, Item>();
  for (const [key, value] of Object.entries(EVERYTHING)) {
    for (const hostile of HOSTILE) {
      for (const variant of variants(value, hostile)) {
        const text = JSON.stringify({ ...ONE_AT_A_TIME, [key]: variant });
        for (const os of SYSTEMS[key] ?? ["debian"]) {
          try {
            for (const item of itemsOf(text, os)) {
              assert(!item.script.includes("\0"), item.title);
              made.set(`${item.title}\n${item.script}`, item);
            }
          } catch (error) {
            // Refused, which is one of the two right answers.
            assert(error instanceof ConfigError, String(error));
          }
        }
      }
    }
  }
  return [...made.values()];
}

/** Keys without which others have no effect. */
const ONE_AT_A_TIME = { preserve_hostname: "true", manage_resolv_conf: "true" } as const;
