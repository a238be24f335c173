/**
 * Files with every key that lxops applies.
 *
 * @module
 */

const MIRROR = { arches: ["amd64"], uri: "http://a/", keyid: "12345678", keyserver: "k.example" };
const MIRRORS = [
  { ...MIRROR, search_dns: "true" },
  { arches: ["default"], search: ["http://b/"], key: "k" },
];
/** A user with most keys. */
export const USER = {
  name: "ann",
  create_groups: "false",
  doas: ["permit ann"],
  expiredate: "2033-01-01",
  gecos: "g",
  groups: ["q"],
  homedir: "/srv/ann",
  inactive: "5",
  no_log_init: "true",
  no_user_group: "true",
  passwd: "$6$a$b",
  lock_passwd: "false",
  primary_group: "p",
  selinux_user: "s",
  shell: "/bin/zsh",
  ssh_authorized_keys: ["ssh-rsa AAAA x"],
  ssh_import_id: ["gh:ann"],
  ssh_redirect_user: "true",
  sudo: ["ALL=(ALL) ALL"],
  uid: "1234",
};
/** Users with keys that have an effect only without the others. */
export const USERS = [
  { name: "bob", hashed_passwd: "$6$a$b" },
  { name: "cid", plain_text_passwd: "secret", no_create_home: "true" },
  { name: "dan", system: "true" },
  { name: "eve", snapuser: "eve@example.org" },
];

/** Files in which every key that is there counts: without it something else is applied, or less is said. */
export const FILES: readonly Record<string, unknown>[] = [
  {
    apt: {
      add_apt_repo_match: "^repo ",
      conf: "A::B 1;",
      debconf_selections: { a: "b" },
      disable_suites: ["x"],
      ftp_proxy: "http://f/",
      http_proxy: "http://h/",
      https_proxy: "http://s/",
      proxy: "http://p/",
      primary: MIRRORS,
      security: MIRRORS,
      sources: {
        one: { source: "repo x", filename: "f.list", keyid: "12345678", keyserver: "k.example" },
        two: { source: "deb x y", append: "false", key: "k" },
      },
      sources_list: "deb x y",
    },
  },
  { apt_update: "true" },
  { apt_upgrade: "true" },
  { package_update: "true" },
  { apt: { sources_list: "deb x y", preserve_sources_list: "true" } },
  {
    apk_repos: {
      alpine_repo: {
        base_url: "http://a",
        community_enabled: "true",
        testing_enabled: "true",
        version: "edge",
      },
      local_repo_base_url: "http://b",
    },
    yum_repo_dir: "/etc/repos",
    yum_repos: { one: { baseurl: "http://y", enabled: "false", metalink: "m", mirrorlist: "l", name: "n" } },
    zypper: { config: { a: "b" }, repos: [{ id: "one", baseurl: "http://z" }] },
  },
  { apk_repos: { preserve_repositories: "true", alpine_repo: { version: "edge" } } },
  { bootcmd: ["one"], runcmd: ["two"], final_message: "m", package_upgrade: "true" },
  { "ca-certs": { remove_defaults: "true", trusted: ["one"] } },
  { ca_certs: { remove_defaults: "true", trusted: ["one"] } },
  {
    chpasswd: {
      expire: "false",
      list: ["ann:x"],
      users: [{ name: "ann", password: "x", type: "text" }],
    },
    ssh_pwauth: "true",
  },
  { password: "x" },
  { hostname: "a", fqdn: "b.example", create_hostname_file: "false", prefer_fqdn_over_hostname: "true" },
  { hostname: "a", preserve_hostname: "true", manage_etc_hosts: "localhost" },
  { keyboard: { layout: "gr", model: "m", options: "o", variant: "v" } },
  { locale: "el_GR", locale_configfile: "/locale", timezone: "UTC" },
  {
    manage_resolv_conf: "true",
    resolv_conf: {
      domain: "d",
      nameservers: ["192.0.2.1"],
      options: { rotate: "true" },
      searchdomains: ["s"],
      sortlist: ["l"],
    },
  },
  { mounts: [["tmpfs", "/a"]], mount_default_fields: [null, null, "tmpfs"] },
  {
    ntp: {
      allow: ["a"],
      config: { check_exe: "c", confpath: "/c", packages: ["p"], service_name: "s" },
      ntp_client: "systemd-timesyncd",
      peers: ["p"],
      pools: ["o"],
      servers: ["s"],
    },
  },
  { ntp: { enabled: "false", ntp_client: "chrony", config: { template: "t" } } },
  { ntp: { config: { template: "t" } } },
  { packages: ["a", { apt: ["b"], snap: ["c"] }] },
  { power_state: { condition: "true && x", delay: "+5", message: "m", mode: "reboot", timeout: "5" } },
  { snap: { assertions: ["a"], commands: ["b"] } },
  { ssh_authorized_keys: ["k"], disable_root: "false" },
  { ssh_authorized_keys: ["k"], disable_root_opts: "no-pty" },
  { ssh_deletekeys: "true", ssh_genkeytypes: ["rsa"], ssh_quiet_keygen: "false", ssh_import_id: ["gh:a"] },
  { ssh_keys: { rsa_private: "k", rsa_public: "p", rsa_certificate: "c" } },
  { groups: ["a"], users: [USER, ...USERS] },
  ...[USER, ...USERS].map((user) => ({ user })),
  {
    groups: ["a"],
    write_files: [
      {
        path: "/a",
        append: "true",
        content: "eA==",
        defer: "true",
        encoding: "b64",
        owner: "a",
        permissions: "0600",
        source: { uri: "http://a", headers: { a: "b" } },
      },
    ],
  },
];

/** Maps with names of the file's own. */
const NAMED = ["apt/sources", "yum_repos"];
/** Maps and lists that are values as a whole. */
const WHOLE =
  /^(?:apt\/debconf_selections|zypper\/config|resolv_conf\/options|write_files\/\[\]\/source\/headers)$/;

/**
 * Every key of a file: where it is, its path as the list of keys has it, and the file with another value there;
 * `undefined` takes the key away.
 */
export function* keys(
  value: unknown,
  other: unknown = undefined,
  path = "",
  at = "",
): Generator<[at: string, path: string, without: unknown]> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const [inner, name, without] of keys(item, other, `${path}/[]`, `${at}.${index}`)) {
        yield [inner, name, value.with(index, without)];
      }
    }
  } else if (value !== null && typeof value === "object" && !WHOLE.test(path)) {
    for (const [key, item] of Object.entries(value)) {
      const name = NAMED.includes(path) ? "*" : key;
      const below = path === "" ? name : `${path}/${name}`;
      yield [at === "" ? key : `${at}.${key}`, below, { ...value, [key]: other }];
      for (const [inner, deeper, without] of keys(item, other, below, at === "" ? key : `${at}.${key}`)) {
        yield [inner, deeper, { ...value, [key]: without }];
      }
    }
  }
}
