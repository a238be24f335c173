/** A shell with a terminal, which `script` of util-linux makes. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { onBoth } from "../support/daemon.ts";

onBoth("instance shell has the terminal, its size, and the shell's exit code", [], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", "#lxops-v1\nostype: alpine\nimage: tiny\n");
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  const quoted = [...ground.daemon.argv, "instance", "shell", name].map((word) => `'${word}'`).join(" ");
  // LXD 5.0.2 loses what a terminal's program prints just before it ends, also for its own client (4 of 40, lxops 5).
  const typed = "test -t 0 && echo is-a-$((40+2)); sleep 0.5; exit 7\n";
  // The end of what is typed would end `script` before the shell has read it, so it comes after the shell's own.
  const script =
    `{ printf '%s' "$1"; n=0; while [ ! -e ended ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done; } |
    { code=0; /usr/bin/script -qec "stty rows 33 cols 99; $2" /dev/null || code=$?; : >ended; exit $code; }`;
  const outcome = await ground.run(["-c", script, "sh", typed, quoted], { argv: ["/bin/sh"] });
  assertStringIncludes(outcome.stdout, "is-a-42");
  assertEquals(outcome.code, 7);
});
