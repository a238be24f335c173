import { assert, assertEquals } from "@std/assert";
import { onBoth, places } from "../support/daemon.ts";

/** Settings of HTTP clients that must not lead lxops away from the socket. */
const PROXIES = {
  NO_PROXY: "*,127.0.0.1,localhost,0.0.0.0/0,::/0",
  no_proxy: "*,127.0.0.1,localhost,0.0.0.0/0,100::/8",
  HTTP_PROXY: "http://127.0.0.1:9",
  ALL_PROXY: "http://127.0.0.1:9",
};

onBoth("a launch connects to the daemon's socket only, whatever NO_PROXY lists", [
  "directory",
  "strace",
], async (ground) => {
  await ground.write(
    "all.yaml",
    `#lxops-v1
ostype: alpine
image: tiny
cloud-config-files: [all.cfg]
filesystems:
  plain: {pattern: ${places.directory}/(instance), destroy: true}
devices:
  home: {path: /home, filesystem: plain}
`,
  );
  await ground.write("all.cfg", "#cloud-config\nruncmd: [echo 1]\n");
  const name = ground.name();
  const log = `${ground.dir}/trace`;
  const strace = [places.strace!, "-f", "-qq", "-e", "trace=socket,connect", "-o", log];
  await ground.ok(["launch", "-name", name, "all.yaml"], {
    argv: [...strace, ...ground.daemon.argv],
    env: PROXIES,
  });
  const calls = (await Deno.readTextFile(log)).split("\n").filter((line) =>
    /\b(socket|connect)\(/.test(line)
  );
  assertEquals(calls.filter((line) => !/\((AF_UNIX,|\d+, \{sa_family=AF_UNIX, )/.test(line)), []);
  const connects = calls.filter((line) => line.includes(`sun_path="${ground.daemon.socket}"`));
  assert(connects.length > 10, connects.join("\n"));
  const run = (args: readonly string[]) => ground.ok(args, { env: PROXIES });
  assertEquals(await run(["instance", "exec", name, "--", "echo", "hello"]), "hello\n");
  assert((await run(["instance", "list"])).includes(name));
  await run(["destroy", "-force", "-name", name, "all.yaml"]);
});
