/** An instance chooses what is in the place of the files that lxops reads from it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inTurn, onBoth } from "../support/daemon.ts";

const JOURNAL = "/var/lib/lxops/journal";

inTurn("a journal that is not a file counts as empty, with a note, and delays no run", [], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", "#lxops-v1\nostype: alpine\nimage: tiny\ncloud-config-files: [a.cfg]\n");
  await ground.write("a.cfg", "#cloud-config\nruncmd: [echo one]\n");
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  for (
    const [make, why] of [
      ["mkfifo", "no file"],
      ["mkdir", "no file"],
      ["head -c 5000000 /dev/zero >", "larger than 4 MiB"],
    ]
  ) {
    await ground.ok(["instance", "exec", name, "--", "sh", "-c", `rm -rf ${JOURNAL}; ${make} ${JOURNAL}`]);
    const start = performance.now();
    const outcome = await ground.run(["configure", "-dry-run", "-name", name, "a.yaml"]);
    assertEquals(outcome.code, 0, outcome.stderr);
    assertStringIncludes(
      outcome.stderr,
      `"${JOURNAL}" of instance "${name}" is taken for empty: it is ${why}`,
    );
    assertStringIncludes(outcome.stdout, "echo one");
    if (why === "no file") {
      const applied = await ground.run(["configure", "-timeout", "10", "-name", name, "a.yaml"]);
      assertEquals([applied.code, applied.stdout.replace(/^[\d.]+\n/, "")], [0, "one\n"], applied.stderr);
      assertStringIncludes(applied.stderr, "the journal cannot be written");
    }
    // What waits for the other end of a fifo waits without end.
    assert(performance.now() - start < 60_000);
  }
  await ground.ok(["instance", "exec", name, "--", "rm", "-f", JOURNAL]);
  await ground.ok(["configure", "-name", name, "a.yaml"]);
  const again = await ground.run(["configure", "-name", name, "a.yaml"]);
  assertStringIncludes(again.stderr, "1 of 1 items are up to date");
});

inTurn("a shell that hangs or prints without end is ended by its time limit", [], async (ground) => {
  const name = ground.name();
  const hangs = ground.daemon.title === "LXD";
  const shell = hangs
    ? "exec sleep 1000"
    : "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done";
  await ground.write("a.yaml", "#lxops-v1\nostype: alpine\nimage: tiny\n");
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  const script = `#!/bin/busybox sh\n${shell}\n`;
  await ground.ok(["file", "push", "-mode", "755", "-", `${name}/bin/sh.new`], { stdin: script });
  await ground.ok(["instance", "exec", name, "--", "/bin/busybox", "mv", "/bin/sh.new", "/bin/sh"]);
  await ground.write("a.yaml", "#lxops-v1\nostype: alpine\nimage: tiny\ncloud-config-files: [a.cfg]\n");
  await ground.write("a.cfg", "#cloud-config\nruncmd: [echo one]\n");
  const start = performance.now();
  const outcome = await ground.run(["configure", "-timeout", "3", "-name", name, "a.yaml"]);
  assertEquals(outcome.code, 6, outcome.stderr);
  assertStringIncludes(outcome.stderr, "did not continue its script within 3 s");
  // Looking at the journal, the script, and what a program may take to end.
  assert(performance.now() - start < 60_000, `${performance.now() - start} ms`);
});

onBoth(
  "launch --resume right after lxops was killed continues when the daemon is done",
  [],
  async (ground) => {
    const name = ground.name();
    await ground.write("a.yaml", "#lxops-v1\nostype: alpine\nimage: tiny\n");
    for (const ms of [120, 400]) {
      await ground.run(
        [
          "-c",
          `"$@" & sleep ${ms / 1000}; kill -9 $!; wait`,
          "sh",
          ...ground.daemon.argv,
          "launch",
          "-name",
          name,
          "a.yaml",
        ],
        { argv: ["/bin/sh"] },
      );
      const outcome = await ground.run(["launch", "--resume", "-name", name, "a.yaml"]);
      assertEquals(outcome.code, 0, outcome.stderr);
      await ground.ok(["destroy", "-force", "-name", name, "a.yaml"]);
    }
  },
);
