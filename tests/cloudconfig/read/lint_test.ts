import { assertEquals, assertStringIncludes } from "@std/assert";
import { formatIssue } from "../../../lib/base/errors.ts";
import { lintCloudConfig } from "../../../lib/cloudconfig/read/lint.ts";
import { listItems, showScript } from "../../../lib/cloudconfig/batch/plan.ts";
import { itemsOf } from "../guest.ts";

const lint = (text: string) => lintCloudConfig("a.cfg", `#cloud-config\n${text}`).map(formatIssue);

Deno.test("lintCloudConfig() finds nothing in a file that is right", () => {
  assertEquals(
    lint(`packages: [nginx]
users:
  - name: ann
    lock_passwd: false
    hashed_passwd: $6$salt$hash
    ssh_authorized_keys: [ssh-ed25519 AAAAC3Nz ann@home, 'from="10.*" ecdsa-sha2-nistp256 AAAAE2V x']
write_files:
  - {path: /home/ann/.profile, owner: ann, defer: true}
runcmd:
  - cd /tmp && ls
  - [sh, -c, "ls > x"]
`),
    [],
  );
});

Deno.test("lintCloudConfig() names parts of a file with an unexpected effect", () => {
  assertEquals(
    lint(`users:
  - name: ann
    plain_text_passwd: secret
  - {name: bob, passwd: secret, lock_passwd: false}
  - {name: cid, lock_passwd: false, sudo: [], ssh_authorized_keys: [AAAA]}
groups: [{team: [ann]}]
write_files:
  - {path: /a, owner: ann}
  - {path: /a, permissions: "0666"}
  - {path: /k, content: "-----BEGIN OPENSSH PRIVATE KEY-----"}
bootcmd: [[ls, ">", x]]
runcmd:
  - export A=1
  - [touch /a]
chpasswd: {users: [{name: ann, password: text}], list: ["bob:text"]}
resolv_conf: {}
`),
    [
      "a.cfg:3:5 users.0: warning: The password is locked, because lock_passwd is true by default",
      "a.cfg:4:5 users.0.plain_text_passwd: warning: This password is in clear text; a hash is safer, for example from `mkpasswd -m sha-512`",
      "a.cfg:5:17 users.1.passwd: warning: This is not a hash, so that no password matches it; use plain_text_passwd for text",
      "a.cfg:6:17 users.2.lock_passwd: warning: There is no password to unlock: the file has none",
      'a.cfg:6:37 users.2.sudo: warning: An empty list gives no rights; the Go program gave all rights, for which lxops has "sudo: true"',
      "a.cfg:6:69 users.2.ssh_authorized_keys.0: warning: This does not look like a public key",
      'a.cfg:7:11 groups.0: warning: Groups are created before users: give the user "ann" the group "team" instead',
      'a.cfg:9:16 write_files.0.owner: warning: The file is written before the user "ann" is created; "defer: true" writes it afterwards',
      "a.cfg:10:6 write_files.1.path: warning: The file replaces the one that write_files.0 writes",
      "a.cfg:10:16 write_files.1.permissions: warning: Everybody can write to this file",
      "a.cfg:11:6 write_files.2.permissions: warning: Others can read this private key",
      "a.cfg:12:1 bootcmd: warning: These commands run when the file is applied, not at every start",
      'a.cfg:12:12 bootcmd.0: warning: ">" is an argument here: a list is run without a shell',
      "a.cfg:14:5 runcmd.0: warning: Each command has a shell of its own, so that this does not affect later commands; a text can have several lines",
      "a.cfg:15:6 runcmd.1: warning: This is the name of a single program with blanks; write the command as text",
      'a.cfg:16:32 chpasswd.users.0.password: warning: This is not a hash, so that no password matches it; use "type: text" for text',
      "a.cfg:16:57 chpasswd.list.0: warning: This password is in clear text; a hash is safer, for example from `mkpasswd -m sha-512`",
      'a.cfg:17:1 resolv_conf: warning: This has no effect without "manage_resolv_conf: true"',
    ],
  );
});

Deno.test("showScript() shows the items and the script, but no password", () => {
  const items = itemsOf("users: [{name: ann, plain_text_passwd: hunter2}]\npackages: [nginx]");
  assertEquals(
    listItems(items),
    "1  Install packages nginx (test.cfg)  /configs/test.cfg:3\n" +
      "2  Set up user ann (test.cfg)  /configs/test.cfg:2\n" +
      "3  Set the password of user ann (test.cfg)  /configs/test.cfg:2\n",
  );
  const script = showScript(items);
  assertStringIncludes(script, "# 1  Install packages nginx");
  assertStringIncludes(script, "lxops_install nginx\n");
  assertStringIncludes(script, "chpasswd");
  assertEquals(script.includes("hunter2"), false);
  assertEquals(showScript([]), "# Nothing to apply\n");
});

Deno.test("showScript() leaves out the contents of files with restricted modes, and passwords in addresses", () => {
  const all = itemsOf(`write_files:
- {path: /a, content: hunter2, permissions: "0640"}
- {path: /b, content: "db = http://ann:hunter2@db/"}
- {path: /c, content: "-----BEGIN RSA PRIVATE KEY-----\\nhunter2"}
- {path: /d, source: {uri: "https://ann:hunter2@example.org/", headers: {Token: hunter2}}}
- {path: /e, content: plain}
apt:
  proxy: http://ann:hunter2@proxy/
  primary: [{arches: [default], uri: "http://ann:hunter2@mirror/"}]
  sources: {x: {source: "deb http://ann:hunter2@mirror/ x y"}}
ssh_keys: {rsa_private: hunter2}
chpasswd: {list: ["ann:hunter2"]}
`);
  const script = showScript(all);
  assertEquals(script.split("\n").filter((line) => line.includes("hunter2")), []);
  assertStringIncludes(script, "plain");
  assertEquals(all.map(({ title }) => title).filter((title) => title.includes("hunter2")), []);
});
