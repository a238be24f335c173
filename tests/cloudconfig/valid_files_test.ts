/** Files that cloud-init takes, in spellings that are rare: they are applied as it applies them, none is refused. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseCloudConfig } from "../../lib/cloudconfig/read/schema.ts";
import { ConfigError } from "../../lib/base/errors.ts";
import { itemsOf } from "./items.ts";

function valuesOf(text: string) {
  const { cloudConfig, warnings } = parseCloudConfig("a.cfg", text);
  assertEquals(warnings, []);
  return cloudConfig.values;
}

const HEADERS = [
  "#cloud-config\n",
  "#cloud-config # of the web servers\n",
  "#cloud-config: web\r\n",
  "#Cloud-Config\n",
  "\n  \n#cloud-config \t\r\n",
  "\ufeff#cloud-config\r\n",
  " #cloud-config\n",
];

for (const header of HEADERS) {
  Deno.test(`a file may begin with ${JSON.stringify(header)}`, () => {
    assertEquals(valuesOf(`${header}timezone: UTC\n`).timezone, "UTC");
  });
}

for (const header of ["#cloud-config-archive\n", "# cloud-config\n", "x\n#cloud-config\n", ""]) {
  Deno.test(`a file may not begin with ${JSON.stringify(header)}`, () => {
    assertThrows(
      () => parseCloudConfig("a.cfg", `${header}timezone: UTC\n`),
      ConfigError,
      "a.cfg:1:1: ",
    );
  });
}

Deno.test("a snap may have a channel or an option of its program", () => {
  const items = itemsOf(
    "packages:\n- {snap: [one, [two, latest/edge], [three, --classic], [four, --channel=5/stable]]}\n",
  );
  assertEquals(items.map(({ script }) => script), [
    "snap install one\nsnap install two --channel=latest/edge\nsnap install three --classic\nsnap install four --channel=5/stable",
  ]);
  for (const wrong of ["[one, '--classic now']", "[--classic, one]", "[one, -]"]) {
    assertThrows(() => itemsOf(`packages: [{snap: [${wrong}]}]\n`), ConfigError);
  }
});

Deno.test("the numbers 0 and 1 are as good as false and true in every section", () => {
  const values = valuesOf(`#cloud-config
package_update: 1
package_upgrade: 0
disable_root: 0
ssh_pwauth: 1
manage_etc_hosts: 1
preserve_hostname: 0
chpasswd: {expire: 0}
apt: {preserve_sources_list: 1, sources: {a: {source: deb x y z, append: 0}}}
apk_repos: {preserve_repositories: 1}
ca_certs: {remove_defaults: 1}
ntp: {enabled: 1}
write_files: [{path: /a, append: 1, defer: 0}]
users: [{name: ann, lock_passwd: 0, system: 1, sudo: 0}]
locale: 0
`);
  const { apt, users, write_files: files } = values;
  assertEquals([values.package_update, values.package_upgrade, values.disable_root], [true, false, false]);
  assertEquals([values.ssh_pwauth, values.manage_etc_hosts, values.preserve_hostname], [true, true, false]);
  assertEquals([values.chpasswd?.expire, values.apk_repos?.preserve_repositories], [false, true]);
  assertEquals([values.ca_certs?.remove_defaults, values.ntp?.enabled, values.locale], [true, true, ""]);
  assertEquals([apt?.preserve_sources_list, apt?.sources?.["a"]?.append], [true, false]);
  assertEquals([files?.[0]?.append, files?.[0]?.defer], [true, false]);
  assertEquals([users?.[0]?.lock_passwd, users?.[0]?.system, users?.[0]?.sudo], [false, true, []]);
  assertThrows(() => valuesOf("#cloud-config\npackage_update: 2\n"), ConfigError, '"true" or "false"');
});

/** All top-level keys of a file, without values. */
const SECTIONS = [
  ..."apk_repos apt bootcmd ca_certs chpasswd disable_root final_message fqdn groups hostname keyboard locale"
    .split(" "),
  ..."manage_etc_hosts mount_default_fields mounts packages password power_state resolv_conf runcmd snap"
    .split(" "),
  ..."ssh_authorized_keys ssh_import_id ssh_keys ssh_pwauth timezone user users write_files yum_repos zypper"
    .split(" "),
];

for (const section of SECTIONS) {
  Deno.test(`"${section}" with nothing after it does nothing`, () => {
    assertEquals(itemsOf(`${section}:\n`), []);
  });
}

Deno.test("a time client is set up with the usual settings by default", () => {
  assertEquals(itemsOf("ntp:\n").map(({ title }) => title), itemsOf("ntp: {}\n").map(({ title }) => title));
  assertEquals(itemsOf("ntp:\n").length, 1);
});

Deno.test("a key of a section without a value is the same as no key", () => {
  const values = valuesOf(`#cloud-config
ntp: {config: ~, ntp_client: ~, pools: ~}
apt: {primary: ~, sources: {one: ~}, conf: ~}
power_state: {mode: reboot, delay: ~, message: ~, condition: ~}
chpasswd: {users: [{name: ann, password: x, type: ~}]}
users: [{name: ann, uid: ~, homedir: ~, groups: ~, ssh_authorized_keys: ~, expiredate: ~, shell: ~}]
write_files: [{path: /a, encoding: ~, permissions: ~, owner: ~, source: ~, content: ~}]
keyboard: {layout: us, model: ~}
`);
  assertEquals([values.users?.[0]?.uid, values.chpasswd?.users?.[0]?.hashed], [undefined, true]);
  assertEquals([values.write_files?.[0]?.mode, values.write_files?.[0]?.owner], [0o644, "root:root"]);
});

Deno.test("a text may begin with a tab on its first line", () => {
  const text = "#cloud-config\nwrite_files:\n- path: /a\n  content: |\n    \tone\n    a\tb\n    \t# three\n" +
    "- path: /b\n  content: >-\n    x\n\n    \ty\n";
  const { write_files: files = [] } = valuesOf(text);
  const contents = files.map(({ content }) => new TextDecoder().decode(content));
  assertEquals(contents, ["\tone\na\tb\n\t# three\n", "x\n\n\ty"]);
  const mixed = "#cloud-config\n\t# a comment\nruncmd:\n- |\n  \tone\n  two\nbootcmd: [\n\ta,\n\tb]\n";
  assertEquals([valuesOf(mixed).runcmd, valuesOf(mixed).bootcmd], [["\tone\ntwo\n"], ["a", "b"]]);
  const wrong = "#cloud-config\nruncmd:\n- |\n  \tone\n  two\nntp:\n\tenabled: false\n";
  assertThrows(() => valuesOf(wrong), ConfigError, "a.cfg:7:1: Indentation has a tab");
});

Deno.test("hundreds of binary values of a large file are read as quickly as one", () => {
  const value = btoa("\0\u00ff".repeat(9_000));
  const file = (index: number, tag: string) => `- path: /f${index}\n  content: ${tag} ${value}\n`;
  const text = `#cloud-config\nwrite_files:\n${
    Array.from({ length: 300 }, (_, index) => file(index, index % 2 ? "!!binary" : "&x !!binary |\n   "))
      .join("")
  }`;
  assert(text.length > 7_000_000);
  const { write_files: files = [] } = valuesOf(text);
  assertEquals(files.map(({ content }) => content.length), Array(300).fill(18_000));
  // Text that only looks like the tag stays unchanged.
  const said = valuesOf(
    `#cloud-config\nwrite_files:\n${file(1, "!!binary")}${
      file(2, "!!binary")
    }runcmd: ['!!binary x', '!!str x']\n`,
  );
  assertEquals(said.runcmd, ["!!binary x", "!!str x"]);
  assertEquals(said.write_files?.map(({ content }) => content.length), [18_000, 18_000]);
});

Deno.test("a file of 20 MiB is read, with its lines and its binary values", () => {
  const line = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIz".repeat(100);
  const text = `#cloud-config\nwrite_files:\n- path: /a\n  encoding: b64\n  content: |\n${
    `    ${line}\n`.repeat(20 * 2 ** 20 / 4005)
  }- {path: /b, content: !!binary AAE=}\n- {path: /c, mode: 1}\n`;
  const { cloudConfig: { values }, warnings } = parseCloudConfig("a.cfg", text);
  assertEquals(values.write_files?.[1]?.content, new Uint8Array([0, 1]));
  assertEquals(warnings.map(({ line }) => line), [text.split("\n").length - 1]);
});
