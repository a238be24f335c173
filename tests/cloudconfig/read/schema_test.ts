import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError, formatIssue } from "../../../lib/base/errors.ts";
import { parseCloudConfig } from "../../../lib/cloudconfig/read/schema.ts";

function parse(text: string) {
  const { cloudConfig, warnings } = parseCloudConfig("a.cfg", `#cloud-config\n${text}`);
  return { values: cloudConfig.values, warnings: warnings.map(formatIssue) };
}

function errors(text: string, whole = false): string[] {
  const error = assertThrows(
    () => parseCloudConfig("a.cfg", whole ? text : `#cloud-config\n${text}`),
    ConfigError,
  );
  return error.issues.map(formatIssue);
}

Deno.test("parseCloudConfig() accepts an empty file", () => {
  assertEquals(parse(""), { values: {}, warnings: [] });
  assertEquals(parse("# nothing\n"), { values: {}, warnings: [] });
});

Deno.test("parseCloudConfig() explains a first line that is not #cloud-config", () => {
  assertEquals(errors("packages: [a]\n", true), ['a.cfg:1:1: The first line must be "#cloud-config"']);
  assertEquals(errors("## template: jinja\n#cloud-config\n", true), [
    "a.cfg:1:1: Templates are not supported: write the file without Jinja expressions, or let cloud-init apply it",
  ]);
  assertEquals(parseCloudConfig("a.cfg", "\ufeff#cloud-config \r\npackages: [a]\r\n").warnings, []);
});

Deno.test("parseCloudConfig() names keys that it does not know or support, with their lines", () => {
  const { warnings } = parse(`packges: [a]
growpart: {mode: auto}
write_files:
  - path: /a
    mode: 0644
`);
  assertEquals(warnings, [
    'a.cfg:2:1 packges: warning: Unknown key "packges" is ignored; did you mean "packages"?',
    "a.cfg:3:1 growpart: warning: This key is ignored: it is for virtual machines and hosts, not for containers",
    'a.cfg:6:5 write_files.0.mode: warning: Unknown key "mode" in write_files.0 is ignored; it is "permissions"',
  ]);
});

Deno.test("parseCloudConfig() collects every error of a file", () => {
  assertEquals(
    errors(`packages: [-x, [a, b, c]]
write_files:
  - content: x
  - {path: "", owner: "a b", permissions: 0888}
  - {path: /a, encoding: rot13}
  - {path: /a, encoding: b64, content: "%"}
  - {path: "/a\\nb"}
users: [{name: "a:b"}, {name: ok, uid: x, sudo: ["a\\nb"], shell: sh, gecos: "a:b"}]
runcmd: ["a\\0b", [], {a: b}]
`).map((line) => line.replace(/^a.cfg:\d+:\d+ /, "")),
    [
      'packages.0.0: "-x" is not a valid package name: it starts with "-" or contains a blank',
      "packages.1: A name, a list of a name and a version, or a map of package managers is expected here",
      "write_files.0.path: Missing; text is expected",
      "write_files.1.path: A path is expected here",
      `write_files.1.owner: "a b" is not a valid owner: use user:group`,
      `write_files.1.permissions: An octal mode like "0644" is expected here, not "0888"`,
      `write_files.2.encoding: Unknown encoding "rot13"; known are text/plain, b64, base64, gz, gzip, gz+b64, gz+base64, gzip+b64, gzip+base64`,
      'write_files.3.content: The content is not valid base64 despite the encoding "b64": it has the character "%"',
      "write_files.4.path: A path with control characters cannot be written",
      'users.0.name: "a:b" is not the name of a user or group: a letter or "_", then letters, digits, "_", "." or "-"',
      'users.1.uid: A whole number is expected here, not "x"',
      "users.1.sudo.0: This value must be one line without control characters",
      'users.1.shell: "sh" is not an absolute path',
      "users.1.gecos: This value must not contain a colon or a control character",
      "runcmd.0: This value must not contain a NUL character",
      "runcmd.1: A command cannot be empty",
      'runcmd.2: A colon with a blank behind it makes a map of this command: put quotes around the whole of it, or write it as "|" text',
    ],
  );
});

Deno.test("parseCloudConfig() reads users in every form that cloud-init has", () => {
  const names = (text: string) => parse(text).values.users?.map((user) => user.name);
  assertEquals(names("users: [default, ann, {name: bob}]"), ["default", "ann", "bob"]);
  assertEquals(names("users: ann, bob"), ["ann", "bob"]);
  assertEquals(names("users: {ann: {uid: 5}, bob: true}"), ["ann", "bob"]);
  assertEquals(names("users: [{uid: 5}, [a, 'b, c'], null]"), ["default", "a", "b", "c"]);
  assertEquals(names("users: {ann: false, bob: yes}"), ["bob"]);
  assertEquals(names("users:"), []);
  const sudo = (text: string) => {
    const [user] = parse(`users: [{name: a, sudo: ${text}}]`).values.users ?? [];
    return user?.sudo;
  };
  const everything = ["ALL=(ALL) NOPASSWD:ALL"];
  assertEquals(sudo("true"), everything);
  assertEquals(sudo("[]"), []);
  assertEquals(sudo("false"), []);
  assertEquals(sudo("'false'"), []);
  assertEquals(sudo("null"), []);
  assertEquals(sudo("[a, b]"), ["a", "b"]);
  assertEquals(sudo("ALL=(ALL) ALL"), ["ALL=(ALL) ALL"]);
});

Deno.test("parseCloudConfig() reads dashed spellings of a user's keys", () => {
  const { values, warnings } = parse(
    "users: [{name: a, ssh-authorized-keys: [k], primary-group: g, groups: 'b, c'}]",
  );
  assertEquals(warnings, []);
  assertEquals(values.users, [{
    name: "a",
    ssh_authorized_keys: ["k"],
    primary_group: "g",
    groups: ["b", "c"],
  }]);
});
