/** The cloud-config file of what was made by hand: it is read as it was meant, whatever an instance tells. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { lintCloudConfig } from "../../../lib/cloudconfig/read/lint.ts";
import { parseCloudConfig } from "../../../lib/cloudconfig/read/schema.ts";
import { osType } from "../../../lib/cloudconfig/model/ostype.ts";
import type { TakenFile } from "../../../lib/plan/adopt/choose.ts";
import type { Found } from "../../../lib/plan/adopt/found.ts";
import type { Made } from "../../../lib/plan/adopt/made.ts";
import { groupsText } from "../../../lib/plan/adopt/accounts.ts";
import { madeText } from "../../../lib/plan/adopt/text.ts";

const NOTHING: Found = {
  release: "",
  managers: [],
  packages: [],
  users: [],
  groups: [],
  units: [],
  hosts: [],
  files: [],
  folders: [],
  many: [],
  total: 0,
  odd: 0,
  cut: false,
};

const made = (found: Partial<Found>, more: Partial<Made> = {}): Made => ({
  instance: "web",
  os: osType("debian"),
  found: { ...NOTHING, ...found },
  files: [],
  links: [],
  named: [],
  ...more,
});

const taken = (path: string, content: string | Uint8Array, more: Partial<TakenFile> = {}): TakenFile => ({
  path,
  mode: "644",
  user: "root",
  group: "root",
  bytes: content.length,
  content: typeof content === "string" ? new TextEncoder().encode(content) : content,
  ...more,
});

/** Returns the values that a file comes to; the linter finds no mistakes in it. */
function valuesOf(all: Made) {
  const text = madeText(all);
  const issues = lintCloudConfig("main.cfg", text);
  assertEquals(issues, [], text);
  return parseCloudConfig("main.cfg", text).cloudConfig.values;
}

const USER = {
  name: "ann",
  uid: 1001,
  gid: 1001,
  gecos: "Ann",
  home: "/home/ann",
  shell: "/bin/sh",
  hasPassword: true,
  keys: ["ssh-ed25519 AAAAC3Nz ann@laptop"],
};

Deno.test("madeText() writes packages, accounts, settings, files, links and services as keys of cloud-config", () => {
  const all = made({
    packages: ["nginx", "git", "nginx"],
    users: [{ ...USER, name: "root", uid: 0, gid: 0, keys: [] }, USER],
    groups: [
      { name: "ann", gid: 1001, members: [] },
      { name: "sudo", gid: 27, members: ["ann"] },
      { name: "team", gid: 1500, members: ["ann"] },
    ],
    zone: "Europe/Berlin",
    hostname: "other",
    hosts: ["127.0.0.1 localhost", "10.0.0.7 db"],
    folders: [{ path: "/home/ann/.ssh", mode: "700", user: "ann", group: "ann" }],
    units: [
      { name: "app.service", what: "enable", isActive: true },
      { name: "old.service", what: "disable", isActive: false },
      { name: "sshd", what: "add", isActive: false, level: "default" },
    ],
  }, {
    files: [
      taken("/home/ann/.ssh/config", "Host *\n", { mode: "600", user: "ann", group: "ann" }),
      taken("/etc/apt/sources.list.d/x.list", "deb x\n"),
      taken("/etc/systemd/system/app.service", "[Service]\n"),
    ],
    links: [{ ...taken("/etc/app", ""), target: "/opt/it's $x" }],
  });
  const values = valuesOf(all);
  assertEquals(values.packages?.map((one) => typeof one === "string" ? one : one.name), ["git", "nginx"]);
  const groups = groupsText(all.found)!;
  assertEquals(lintCloudConfig("groups.cfg", groups), []);
  assertEquals(parseCloudConfig("groups.cfg", groups).cloudConfig.values.runcmd, [
    "grep -q ^team: /etc/group || groupadd -g 1500 team || addgroup -g 1500 team || :",
  ]);
  assertEquals(groupsText({ ...all.found, groups: all.found.groups.slice(0, 2) }), undefined);
  assertEquals(values.groups, [{ name: "team", members: [] }]);
  assertEquals(values.users, [{
    name: "ann",
    uid: 1001,
    gecos: "Ann",
    groups: ["sudo", "team"],
    shell: "/bin/sh",
    ssh_authorized_keys: ["ssh-ed25519 AAAAC3Nz ann@laptop"],
  }]);
  assertEquals([values.timezone, values.hostname], ["Europe/Berlin", "other"]);
  assertEquals(values.write_files?.map(({ path, owner, mode, defer }) => [path, owner, mode, defer]), [
    ["/etc/apt/sources.list.d/x.list", "root:root", 0o644, false],
    ["/etc/systemd/system/app.service", "root:root", 0o644, true],
    ["/etc/hosts", "root:root", 0o644, true],
    ["/home/ann/.ssh/config", "ann:ann", 0o600, true],
  ]);
  assertEquals(values.runcmd, [
    ["ln", "-sfn", "--", "/opt/it's $x", "/etc/app"],
    "chown ann:ann /home/ann/.ssh && chmod 0700 /home/ann/.ssh",
    ["systemctl", "daemon-reload"],
    ["systemctl", "disable", "old.service"],
    ["systemctl", "enable", "--now", "--no-block", "app.service"],
    ["rc-update", "add", "sshd", "default"],
  ]);
  assertStringIncludes(madeText(all), "these users have none in a new one: root, ann");
});

Deno.test("madeText() gives back every content as it is", () => {
  const texts = [
    "",
    "\n",
    "\n\n\n",
    "x",
    "x\n\n",
    " x\n  y\n",
    "\tx\t \n",
    "\n  x\n",
    "# no comment\n",
    "---\n...\n- a: b\n",
    "a: |\n  b\n",
    "\u00e9\u20ac\ud83d\ude00\n",
    "x\r\ny\r\n",
    "esc \u001b[31m\u0007\n",
    "\ufeffbom\n",
    "sep \u2028 \u2029 \u0085\n",
    "${A} $(b) `c` 'd' \"e\" \\ %\n",
    "END\nlxops end\n",
    `${"x".repeat(5000)} \n`,
  ];
  const files = texts.map((text, index) => taken(`/etc/${index}`, text));
  const written = valuesOf(made({}, { files })).write_files ?? [];
  assertEquals(
    written.map(({ content }) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(content)),
    texts,
  );
  const odd = valuesOf(
    made({}, { files: [taken("/etc/apt/keyrings/x.gpg", Uint8Array.of(255, 0, 13, 10))] }),
  );
  assertEquals(odd.write_files?.[0]?.content, Uint8Array.of(255, 0, 13, 10));
});

Deno.test("madeText() has no line of an instance that is more than a comment", () => {
  const text = madeText(made({
    packages: ["-o=x", "a b", "x\nruncmd: [reboot]", "libc6:i386"],
    users: [{
      ...USER,
      gecos: "x\u001b[31m",
      shell: "bin/sh",
      home: "relative",
      keys: ["no key", "ssh-ed25519 AAAA\u202e x", 'environment="TOKEN=canary-77" ssh-ed25519 AAAAC3Nz x'],
    }],
    many: [{ path: "/opt/x\nruncmd: [reboot]", count: 500, bytes: 5 }],
    total: 900,
    odd: 3,
    cut: true,
  }, {
    named: [{ path: "/etc/x\u001b[31m\u2028\nruncmd: [reboot]", why: "its name has control characters" }],
  }));
  assertEquals(lintCloudConfig("main.cfg", text), []);
  assert(!text.includes("canary-77") && !text.includes("\u001b") && !text.includes("\u2028"), text);
  assert(!/^\s*(?!#).*reboot/m.test(text), text);
  const values = parseCloudConfig("main.cfg", text).cloudConfig.values;
  assertEquals([values.packages, values.runcmd, values.users], [undefined, undefined, [{
    name: "ann",
    uid: 1001,
  }]]);
  for (const part of ["# - libc6:i386", "# 400 files more", "# 3 files whose name", "has more files than"]) {
    assertStringIncludes(text, part);
  }
});

Deno.test("madeText() tells why packages are not known", () => {
  const { packages: _, ...without } = NOTHING;
  const text = madeText({ ...made({}), os: osType("fedora"), found: without });
  assertStringIncludes(text, "# Packages are not here: dnf does not tell");
  const none = madeText({ ...made({}), os: undefined, found: without });
  assertStringIncludes(none, "# Packages are not here: the instance has no package manager that lxops knows");
});
