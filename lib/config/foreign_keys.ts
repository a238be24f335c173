/**
 * Keys and forms of other programs in a configuration, with what lxops has in their place.
 *
 * @module
 */
import type { Issue } from "../base/errors.ts";

/** Advice about keys that cloud-config files have. */
const IN_CLOUD_CONFIG =
  'it is a key of cloud-config files: write it into one, and list that in "cloud-config-files"';
const NETWORK = 'the network is that of a profile: list it in "profiles"';
const PROGRAM = "an instance runs a system: a cloud-config file or bootstrap.sh installs programs in it";
const LIMITED = 'write it in "limits"';
const DIRECTORIES = 'a directory of the host is a device: see "lxops help device"';

/** Advice about root keys that lxops does not have, as the end of a sentence. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  bootcmd: IN_CLOUD_CONFIG,
  build: 'write an image in "image", or make one: lxops image build',
  "cloud-config": 'did you mean "cloud-config-files"?',
  "cloud-init": 'list cloud-config files in "cloud-config-files"',
  command: PROGRAM,
  container_name: 'use "name"',
  cpu: LIMITED,
  cpus: LIMITED,
  depends_on: 'use "after"',
  disk: LIMITED,
  entrypoint: PROGRAM,
  env: 'use "environment"',
  env_file: 'use "environment", .env or --env-file',
  expose: 'use "ports"',
  fqdn: IN_CLOUD_CONFIG,
  groups: IN_CLOUD_CONFIG,
  healthcheck: 'use "checks"',
  hostname: 'the host name is the name of the instance: use "name"',
  ip: 'use "addresses"',
  ipv4: 'use "addresses"',
  labels: 'write them into "config", as user.NAME: VALUE',
  locale: IN_CLOUD_CONFIG,
  mem_limit: LIMITED,
  memory: LIMITED,
  mounts: DIRECTORIES,
  network: NETWORK,
  network_mode: NETWORK,
  networks: NETWORK,
  nesting: 'write security.nesting: true into "config"',
  package_update: IN_CLOUD_CONFIG,
  package_upgrade: IN_CLOUD_CONFIG,
  packages: IN_CLOUD_CONFIG,
  privileged: 'write security.privileged: true into "config"',
  release: 'write it in "image", as in images:debian/13',
  runcmd: IN_CLOUD_CONFIG,
  ssh_authorized_keys: IN_CLOUD_CONFIG,
  timezone: IN_CLOUD_CONFIG,
  "user-data": 'list cloud-config files in "cloud-config-files"',
  users: IN_CLOUD_CONFIG,
  volumes: DIRECTORIES,
  write_files: IN_CLOUD_CONFIG,
};

/** The same for keys of devices and filesystems. */
export const ELSEWHERE_IN_ENTRIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  devices: { host: "dir", mountpoint: "path", pool: "filesystem", source: "dir", src: "dir", target: "path" },
  filesystems: { dataset: "pattern", dir: "pattern", path: "pattern", source: "pattern" },
};

/** Examples of values that must not be of another kind, by key; `*` is the name of an entry. */
export const FORMS: Readonly<Record<string, string>> = {
  addresses: "{eth0: 10.0.0.5}",
  checks: "[{tcp: 80}]",
  "cloud-config-files": "[main.cfg]",
  config: '{security.nesting: "true"}',
  devices: "{data: {path: /data, filesystem: data}}",
  "devices.*": "{path: /data, filesystem: data}",
  filesystems: "{data: {pattern: /srv/(instance)}}",
  "filesystems.*": "{pattern: /srv/(instance)}",
  hooks: "{before-rebuild: hooks/dump.sh}",
  include: "[base.yaml]",
  keep: "[machine-id]",
  limits: "{cpu: 2, memory: 512MiB}",
  "lxc-options": '["--vm"]',
  ports: '["8080:80"]',
  profiles: "[default]",
  properties: "{storage: /srv}",
  secrets: "{db: db.secret}",
};

/** Adds to an issue of a configuration what the key or the value has to be instead. */
export function withMeaning(issue: Issue): Issue {
  const more = moreAbout(issue);
  return more === "" ? issue : { ...issue, message: issue.message + more };
}

function moreAbout({ key = "", message }: Issue): string {
  const path = key.split(".");
  if (message.startsWith("Unknown key")) {
    if (message.includes("did you mean")) return "";
    if (path.length === 1) return Object.hasOwn(ELSEWHERE, key) ? `; ${ELSEWHERE[key]}` : "";
    const [top = "", , name = ""] = path;
    const entry = path.length === 3 && Object.hasOwn(ELSEWHERE_IN_ENTRIES, top)
      ? ELSEWHERE_IN_ENTRIES[top]!
      : {};
    return Object.hasOwn(entry, name) ? `; did you mean "${entry[name]}"?` : "";
  }
  if (key === "restart" && message.includes(" is expected here")) {
    return "; it is a consent to restarts by lxops up, and autostart: true starts the instance with the daemon";
  }
  if (!/^A (map|list) is expected here/.test(message)) return "";
  const form = path.length === 2 ? `${path[0]}.*` : key;
  return Object.hasOwn(FORMS, form) ? `, for example ${path.at(-1)}: ${FORMS[form]}` : "";
}
