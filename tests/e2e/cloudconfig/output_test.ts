import { assertEquals, assertMatch } from "@std/assert";
import { inTurn } from "../support/daemon.ts";

const COMMANDS = `#cloud-config
bootcmd: [echo boot]
write_files: [{path: /root/x, content: x}]
runcmd:
- echo "KEY=$(cat /root/x)"; echo wrong >&2
- [printf, 'a\\033[1mb']
`;

inTurn("output of commands goes to stdout and stderr, and addresses are printed", [], async (ground) => {
  const name = ground.name("o");
  await ground.write("a.cfg", COMMANDS);
  await ground.write("a.yaml", "#lxops-v1\nostype: alpine\nimage: tiny\ncloud-config-files: [a.cfg]\n");

  const launched = await ground.run(["launch", "-name", name, "a.yaml"]);
  assertEquals([launched.code, launched.stdout], [0, "boot\nKEY=x\na\u001b[1mb"]);
  assertMatch(launched.stderr, /^wrong$/m);
  assertEquals([launched.stderr.includes("boot\n"), launched.stderr.includes("| KEY")], [false, false]);

  const address = /^\d+\.\d+\.\d+\.\d+\n$/;
  const waited = await ground.ok(["instance", "wait", name]);
  assertMatch(waited, address);
  const unchanged = await ground.ok(["configure", "-name", name, "a.yaml"]);
  assertEquals(unchanged, waited);
  const all = await ground.ok(["configure", "-all", "-only", "bootcmd", "-name", name, "a.yaml"]);
  assertEquals(all, `${waited}boot\n`);

  await ground.write("fails.cfg", '#cloud-config\nruncmd: ["echo out; echo why >&2; exit 3"]\n');
  const failed = await ground.run(["cloudconfig", "-ostype", "alpine", "-i", name, "fails.cfg"]);
  assertEquals([failed.code, failed.stdout], [5, "out\n"]);
  assertMatch(failed.stderr, /exit code 3\n {2}\| out\n {2}\| why\n/);
});
