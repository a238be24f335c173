import { assert, assertEquals } from "@std/assert";
import { PROGRAMS } from "../../../lib/adapters/host/programs.ts";
import { copyExample, webOptions } from "../support/configs.ts";
import { inTurn, places } from "../support/daemon.ts";

/** Programs that zfs-fuse's own `zfs` runs; lxops runs neither. */
const RUN_BY_ZFS = ["mount", "umount"];

inTurn("only declared programs run on the host, whatever PATH is", [
  "directory",
  "pool",
  "strace",
], async (ground) => {
  await copyExample(ground, "web");
  const name = ground.name();
  const log = `${ground.dir}/trace`;
  const strace = [places.strace!, "-f", "-qq", "-e", "trace=execve,execveat", "-o", log];
  const binary = await Deno.realPath(ground.daemon.argv[0]!);
  const found = new Set<string>();
  for (
    const args of [
      ["launch", "-name", name, ...webOptions(), "web.yaml"],
      ["rebuild", "-name", name, ...webOptions("tiny2"), "web.yaml"],
      ["configure", "--all", "-name", name, ...webOptions("tiny2"), "web.yaml"],
      ["destroy", "--force", "-name", name, ...webOptions(), "web.yaml"],
    ]
  ) {
    await ground.ok(args, { argv: [...strace, ...ground.daemon.argv], path: "/nonexistent" });
    for (const line of (await Deno.readTextFile(log)).split("\n")) {
      const program = /exec(?:ve|veat)\((?:AT_FDCWD, )?"([^"]+)".* = 0$/.exec(line)?.[1];
      if (program && await Deno.realPath(program) !== binary) found.add(program);
    }
  }
  assert(found.has("/usr/bin/chown") && found.size >= 4, `the trace shows too little: ${[...found]}`);
  const declared = [...PROGRAMS, ...found.has("/usr/sbin/zfs") || found.has("/sbin/zfs") ? RUN_BY_ZFS : []];
  const foreign = [...found].filter((path) => !declared.some((known) => path.endsWith(`/${known}`)));
  assertEquals(foreign, []);
});
