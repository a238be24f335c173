import { assertEquals, assertThrows } from "@std/assert";
import { leftOut } from "../../../lib/cloudconfig/compile/compile.ts";
import { osType } from "../../../lib/cloudconfig/model/ostype.ts";
import { parseCloudConfig } from "../../../lib/cloudconfig/read/schema.ts";
import { ConfigError, formatIssue } from "../../../lib/base/errors.ts";

function parse(text: string) {
  return parseCloudConfig("a.cfg", `#cloud-config\n${text}`);
}

function warnings(text: string): string[] {
  return parse(text).warnings.map(formatIssue);
}

/** Key and message of every error. */
function errors(text: string): string[] {
  const { issues } = assertThrows(() => parse(text), ConfigError);
  return issues.map(({ key, message }) => `${key}: ${message}`);
}

Deno.test("parseCloudConfig() says of every value that has no effect why, and where it is", () => {
  assertEquals(
    warnings(`swap: {size: 1}
power_state: {mode: reboot, timeout: 30}
apt: {primary: [{arches: [default], search_dns: true}]}
ntp: {ntp_client: openntpd}
resolv_conf: {nameservers: [192.0.2.1]}
mounts:
- [tmpfs, /a, tmpfs]
- [/dev/vdb, /b, ext4]
- [tmpfs, -x, tmpfs]
users: [{name: a, ssh_redirect_user: true, sudo: []}]
`),
    [
      "a.cfg:2:1 swap: warning: This key is not supported and is ignored",
      "a.cfg:3:29 power_state.timeout: warning: This has no effect: the instance stops as soon as all items are done",
      'a.cfg:4:37 apt.primary.0.search_dns: warning: This is not supported and is ignored; use "search" for a list of mirrors',
      'a.cfg:5:7 ntp.ntp_client: warning: "openntpd" is not supported: chrony is set up instead',
      'a.cfg:6:1 resolv_conf: warning: This has no effect without "manage_resolv_conf: true"',
      'a.cfg:9:4 mounts.1: warning: "/dev/vdb" is neither a bind mount nor a file system in memory; left out',
      'a.cfg:10:4 mounts.2: warning: "tmpfs" has no absolute mount point; left out',
      "a.cfg:11:19 users.0.ssh_redirect_user: warning: This has no effect: it applies to keys of a cloud provider",
      'a.cfg:11:44 users.0.sudo: warning: An empty list gives no rights; the Go program gave all rights, for which lxops has "sudo: true"',
    ],
  );
  assertEquals(warnings("ntp: {ntp_client: systemd-timesyncd, peers: [a], allow: [b]}").length, 2);
  assertEquals(warnings("ntp: {ntp_client: chrony, peers: [a], allow: [b]}"), []);
});

Deno.test("leftOut() names the sections of other systems", () => {
  const { cloudConfig } = parse("apt: {}\napk_repos: {}\nyum_repos: {}\nzypper: {}\n");
  const left = (name: string) => leftOut([cloudConfig], osType(name)!).map((text) => text.split(" ")[0]);
  assertEquals(left("ubuntu"), ['"apk_repos"', '"yum_repos"', '"zypper"']);
  assertEquals(left("void").length, 4);
  assertEquals(
    leftOut([cloudConfig], osType("alpine")!)[0],
    '"apt" (a.cfg:2) is not for alpine and is left out',
  );
});

Deno.test("parseCloudConfig() refuses names that would be other text, options or lines", () => {
  const cases: Readonly<Record<string, string>> = {
    'groups: [{"-g": [root]}]': "groups.0.-g",
    'groups: {"a\\nb": []}': "groups.0.a\nb",
    'resolv_conf: {options: {"a\\nnameserver evil": "1"}}': "resolv_conf.options.a\nnameserver evil",
    'yum_repos: {"x]\\n[y": {baseurl: z}}': "yum_repos.x]\n[y",
    'yum_repos: {x: {baseurl: z, "a\\nb": c}}': "yum_repos.x.a\nb",
    'zypper: {config: {"a\\nb": c}}': "zypper.config.a\nb",
    'apt: {sources: {"a\\nb": {source: x}}}': "apt.sources.a\nb",
    "apt: {sources: {../a: {source: x}}}": "apt.sources.../a",
    "ntp: {config: {packages: [-x]}}": "ntp.config.packages.0",
    'chpasswd: {list: ["a b:x"]}': "chpasswd.list.0",
    "chpasswd: {list: ['-x:y']}": "chpasswd.list.0",
    'write_files: [{path: /a, source: {uri: "http://a", headers: {"a\\nb": c}}}]':
      "write_files.0.source.headers.a\nb",
    "write_files: [{path: /a, encoding: constructor}]": "write_files.0.encoding",
    'final_message: "a\\0b"': "final_message",
    'apt: {sources_list: "a\\0b"}': "apt.sources_list",
    'power_state: {mode: reboot, condition: "a\\0b"}': "power_state.condition",
    'snap: {commands: ["a\\0b"]}': "snap.commands.0",
    "keyboard: {layout: -x}": "keyboard.layout",
    'users: [{name: a, gecos: "\\ud800"}]': "users.0.gecos",
    "users: [{name: a, gecos: !!binary /w==}]": "users.0.gecos",
  };
  for (const [text, key] of Object.entries(cases)) assertEquals(errors(text)[0]?.split(": ")[0], key, text);
  assertEquals(errors("- a\n- b\n"), ["undefined: A map is expected here, not a list"]);
});

Deno.test("parseCloudConfig() takes names that JavaScript's objects have for names", () => {
  assertEquals(warnings("write_files: [{path: /a, constructor: x}]").length, 1);
  assertEquals(parse("groups: {constructor: [toString]}").cloudConfig.values.groups, [
    { name: "constructor", members: ["toString"] },
  ]);
});
