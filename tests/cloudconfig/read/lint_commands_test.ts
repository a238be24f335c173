import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError, formatIssue } from "../../../lib/base/errors.ts";
import { lintCloudConfig } from "../../../lib/cloudconfig/read/lint.ts";
import { itemsOf } from "../guest.ts";

const lint = (text: string) => lintCloudConfig("a.cfg", `#cloud-config\n${text}`);
const run = (...commands: unknown[]) => lint(JSON.stringify({ runcmd: commands }));

function refusal(text: string): string {
  const error = assertThrows(() => lintCloudConfig("a.cfg", text), ConfigError);
  return error.issues.map(formatIssue).join("\n");
}

Deno.test("lintCloudConfig() warns of each command that only changes its own shell", () => {
  const commands = [
    ...[
      "X=1",
      "TOKEN=$(cat /root/token)",
      'A="b c" B=2',
      "umask 077",
      ". /etc/os-release",
      "source x",
      "exit 0",
    ],
    ...["exit", "cd /x", "export A=1", "set -e", "alias ll='ls -l'", "f() { echo a; }", "function g { ls; }"],
    ...["ulimit -n 100", "trap 'rm x' EXIT", "unset A", ["cd", "/x"], ["export", "A=1"], ["umask", "022"], [
      "A=1",
    ]],
    ...["exec >/var/log/x", "# why\nX=1", "f() {\n  ls\n}\n"],
  ];
  const found = run(...commands);
  assertEquals(found.map(({ key }) => key), commands.map((_, index) => `runcmd.${index}`));
  assertEquals(new Set(found.map(({ message }) => message)).size, 1);
});

Deno.test("lintCloudConfig() finds nothing in commands that do something", () => {
  const commands = [
    ...[
      "X=1 make",
      "cd /x && ls",
      "umask 077; touch x",
      ". ./x; y",
      "set -e\nls",
      "f() { ls; }; f",
      "exec ls",
    ],
    ...[
      "export A=1 && env",
      "exit_code=0; ls",
      "cdrecord x",
      ["exec", "x"],
      ["sh", "-c", "cd /x; ls"],
      "[ -e x ]",
    ],
    ...["test -e /x || exit 0", "echo a=b", "A=$(x) run"],
  ];
  assertEquals(run(...commands).map(formatIssue), []);
});

Deno.test("lintCloudConfig() warns of features that only cloud-init has", () => {
  const commands = [
    ...["cloud-init-per once x touch /x", ["cloud-init-per", "once", "x", "ls"], "echo $INSTANCE_ID"],
    ...[
      "echo ${INSTANCE_ID}",
      "cloud-init query ds",
      "ls /var/lib/cloud/instance",
      "cat /run/cloud-init/result.json",
    ],
  ];
  assertEquals(run(...commands).map(({ key }) => key), commands.map((_, index) => `runcmd.${index}`));
  assertEquals(run("apt-get install -y cloud-init", "ls /var/lib/clouds"), []);
});

Deno.test("lintCloudConfig() says of a colon that it makes a map of a command", () => {
  assertEquals(
    refusal("#cloud-config\nruncmd:\n  - echo one\n  - echo note: third\n"),
    'a.cfg:4:5 runcmd.1: A colon with a blank behind it makes a map of this command: put quotes around the whole of it, or write it as "|" text',
  );
});

Deno.test("lintCloudConfig() says where a key belongs that is at the wrong level", () => {
  const messages = lint(`users: [{name: a, ssh_pwauth: true, package-update: true}]
sudo: true
permissions: "0600"
write_files: [{path: /a, runcmd: [ls]}]
`).map(({ key, message }) => `${key}: ${message}`);
  assertEquals(messages, [
    'users.0.ssh_pwauth: Unknown key "ssh_pwauth" in users.0 is ignored; "ssh_pwauth" belongs to the file, at its left edge',
    'users.0.package-update: Unknown key "package-update" in users.0 is ignored; "package_update" belongs to the file, at its left edge',
    'sudo: Unknown key "sudo" is ignored; "sudo" belongs into an entry of "users"',
    'permissions: Unknown key "permissions" is ignored; "permissions" belongs into an entry of "write_files"',
    'write_files.0.runcmd: Unknown key "runcmd" in write_files.0 is ignored; "runcmd" belongs to the file, at its left edge',
  ]);
});

Deno.test("lintCloudConfig() warns of files in a home directory that is not there yet", () => {
  const found = lint(`users: [{name: ann}, {name: bob, homedir: /srv/bob}]
write_files:
- {path: /home/ann/.profile}
- {path: /srv/bob/a/b}
- {path: /srv/bobby}
- {path: /home/ann/x, defer: true}
- {path: /home/other/x}
`);
  assertEquals(found.map(({ key }) => key), ["write_files.0.path", "write_files.1.path"]);
});

Deno.test('"ssh-import-id: None" imports no keys, and is warned of', () => {
  for (const key of ["ssh-import-id", "ssh_import_id"]) {
    const text = `users: [{name: client, ${key}: None}]\n`;
    assertEquals(lint(text).map((issue) => issue.key), [`users.0.${key}`]);
    assertEquals(itemsOf(text).filter(({ title }) => title.includes("Import")), []);
  }
});

Deno.test("a file that is no cloud-config is named by its kind", () => {
  const cases: Readonly<Record<string, string>> = {
    "#!/bin/sh\nls\n": "script",
    "#cloud-boothook\nls\n": "boothook",
    "#include\nhttps://x/y\n": "list of addresses",
    "#cloud-config-archive\n- x\n": "archive",
    "#cloud-config-jsonp\n[]\n": "JSON Patch",
    "#part-handler\n": "cloud-init itself",
    "Content-Type: multipart/mixed; boundary=x\n": "MIME",
    "H4sIAAAA": "gzip",
    "hello: x\n": 'must be "#cloud-config"',
  };
  for (const [text, name] of Object.entries(cases)) {
    assertEquals(refusal(text).includes(name), true, refusal(text));
  }
});

Deno.test("hashes of bcrypt and yescrypt are taken for hashes", () => {
  const bcrypt = "$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234";
  const yescrypt = "$y$j9T$abcdefghijklmnop$ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefg";
  for (const hash of [bcrypt, bcrypt.replace("2b", "2y"), yescrypt]) {
    const scripts = (text: string) => itemsOf(text).map(({ script }) => script.includes("lxops_chpasswd -e"));
    assertEquals(scripts(`chpasswd: {list: ['root:${hash}']}\n`), [true]);
    assertEquals(lint(`chpasswd: {list: ['root:${hash}']}\n`), []);
    assertEquals(lint(`users: [{name: a, lock_passwd: false, passwd: '${hash}'}]\n`), []);
    const [clear, wrong] = lint(`users: [{name: a, lock_passwd: false, plain_text_passwd: '${hash}'}]\n`);
    assertEquals([clear?.message.includes("clear text"), wrong?.message.includes("This is a hash")], [
      true,
      true,
    ]);
    const [text] = lint(`chpasswd: {users: [{name: a, type: text, password: '${hash}'}]}\n`);
    assertEquals(text?.message.includes("type: hash"), true);
  }
});
