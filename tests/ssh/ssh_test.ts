import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/base/errors.ts";
import { checkSsh, overSsh, scriptOverSsh, syncBetween } from "../../lib/ssh/ssh.ts";

const SSH = { host: "ann@backup", options: [] };

for (const host of ["-oProxyCommand=x", "a b", "a;b", "ann@-x", "", "@a", "a/b", "a@b@c", "x\ny"]) {
  Deno.test(`checkSsh() refuses ${JSON.stringify(host)} as a host`, () => {
    assertThrows(() => checkSsh({ host, options: [] }), UsageError);
  });
}

Deno.test("checkSsh() takes names, accounts and addresses", () => {
  for (const host of ["backup", "ann@backup.example.org", "10.0.0.1", "ann@fd00::1"]) {
    checkSsh({ host, options: ["Compression=yes"], port: 2222 });
  }
  assertThrows(() => checkSsh({ ...SSH, port: 70000 }), UsageError);
  assertThrows(() => checkSsh({ ...SSH, options: ["-F x"] }), UsageError);
  assertThrows(() => checkSsh({ ...SSH, options: ["User=a\nProxyCommand=id"] }), UsageError);
  assertThrows(() => checkSsh({ ...SSH, identity: "/a\nb" }), UsageError);
});

Deno.test("overSsh() gives words to another shell as they are", async () => {
  const words = ["it's", "$(touch /tmp/x)", "a b", "\\", "*", "new\nline", '"', "-n", "", "~"];
  const { argv } = overSsh(SSH, { argv: ["printf", "%s\\0", ...words] }, false);
  const { stdout } = await new Deno.Command("sh", { args: ["-c", argv.at(-1)!] }).output();
  assertEquals(new TextDecoder().decode(stdout).split("\0").slice(0, -1), words);
});

Deno.test("overSsh() puts a person's options first, which have the last word, and ends them before the host", () => {
  const ssh = { host: "h", port: 22, identity: "/k", options: ["ServerAliveInterval=3"] };
  assertEquals(overSsh(ssh, { argv: ["zfs", "list"] }, true).argv, [
    "ssh",
    ...["-o", "ServerAliveInterval=3", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4"],
    ...["-p", "22", "-i", "/k", "--", "h", "sudo -n -- zfs list"],
  ]);
  assertEquals(scriptOverSsh(ssh, "exit\n").stdin, "exit\n");
});

Deno.test("syncBetween() brackets addresses with colons, and quotes options for rsync's own reading", () => {
  const ssh = { host: "ann@fd00::1", identity: "/it's mine", options: [] };
  const { argv } = syncBetween({ path: "/a" }, { path: "/b", ssh }, true);
  assertEquals(argv.slice(-4), ["--rsync-path=sudo -n rsync", "--", "/a/", "ann@[fd00::1]:/b/"]);
  assertEquals(argv[argv.indexOf("-e") + 1]!.split(" -i ")[1], "'/it''s mine'");
  const local = syncBetween({ path: "/a" }, { path: "/b" }, true).argv;
  assertEquals(local.slice(-3), ["--", "/a/", "/b/"]);
});
