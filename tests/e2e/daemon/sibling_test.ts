import { assertEquals, assertStringIncludes } from "@std/assert";
import { plainConfig } from "../support/configs.ts";
import { daemons, inTurn, onBoth, places, socketVariable } from "../support/daemon.ts";
import { sh } from "../support/trees.ts";

onBoth("the wrong daemon neither destroys nor uses the directories of a running container", [
  "directory",
  "second daemon",
], async (ground) => {
  const other = daemons.find((daemon) => daemon.title !== ground.daemon.title)!;
  const name = ground.name();
  await ground.write("a.yaml", plainConfig());
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  await ground.inside(name, "echo kept > /data/file");
  const env = Object.assign({}, ...daemons.map(socketVariable)) as Record<string, string>;
  const outcome = await ground.run(["destroy", "-name", name, "a.yaml"], { argv: other.argv, env });
  assertEquals(outcome.code, 9, outcome.stderr);
  assertStringIncludes(outcome.stderr, `instance "${name}" of ${ground.daemon.title} has a device in it`);
  for (const args of [["launch"], ["up", "--adopt"]]) {
    const launched = await ground.run([...args, "-name", name, "a.yaml"], { argv: other.argv, env });
    assertEquals(launched.code, 9, launched.stderr);
    assertStringIncludes(
      launched.stderr,
      `instance "${name}" of ${ground.daemon.title}, which runs, has its device`,
    );
  }
  assertEquals(await ground.inside(name, "cat /data/file"), "kept");
  // Once it is stopped, the other daemon may take its place, and then it does not start beside that.
  await ground.ok(["stop", "-wait-stop", "0", name]);
  const there = { argv: other.argv, env };
  try {
    await ground.ok(["launch", "-name", name, "a.yaml"], there);
    const is = ["-name", name, "a.yaml"];
    for (
      const args of [
        ["start", name],
        ["up", "--adopt", ...is],
        ["rebuild", "--adopt", ...is],
        ["launch", "--resume", "--adopt", ...is],
      ]
    ) {
      const started = await ground.run(args, { env });
      assertEquals(started.code, 9, `${args[0]}: ${started.stderr}`);
      assertStringIncludes(
        started.stderr,
        `instance "${name}" of ${other.title}, which runs, has its device "data"`,
      );
    }
  } finally {
    await ground.run(["delete", "--force", "-wait-stop", "0", "-name", name, "a.yaml"], there);
  }
  await ground.ok(["start", name]);
  assertEquals(await ground.inside(name, "cat /data/file"), "kept");
});

inTurn("a directory that is mounted at another place, too, is the same one", [
  "directory",
  "second daemon",
  "root",
], async (ground) => {
  const other = daemons.find((daemon) => daemon.title !== ground.daemon.title)!;
  const name = ground.name();
  const env = Object.assign({}, ...daemons.map(socketVariable)) as Record<string, string>;
  const there = { argv: other.argv, env };
  const [real, bound] = ["real", "bound"].map((at) => `${places.directory}/${ground.id}-${at}`);
  await ground.write("a.yaml", plainConfig().replace("/(instance)", `/${ground.id}-(at)/(instance)`));
  const is = (at: string) => ["-P", `at=${at}`, "-name", name, "a.yaml"];
  await sh(`mkdir '${real}' '${bound}'; mount --bind '${real}' '${bound}'`);
  try {
    await ground.ok(["launch", ...is("real")]);
    for (
      const [args, reason] of [
        [["launch", ...is("bound")], `which runs, has its device "data" ("${bound}/${name}/data") already`],
        [["destroy", ...is("bound")], "has a device in it"],
        [["snapshot", "-s", "a", ...is("bound")], "runs and can write into its directories"],
      ] as const
    ) {
      const { code, stderr } = await ground.run(args, there);
      assertEquals(code, 9, `${args[0]}: ${stderr}`);
      assertStringIncludes(stderr, reason);
    }
    await ground.ok(["stop", "-wait-stop", "0", name]);
    await ground.ok(["launch", ...is("bound")], there);
    const { code, stderr } = await ground.run(["start", name], { env });
    assertEquals(code, 9, stderr);
    assertStringIncludes(stderr, `"${name}" of ${other.title}, which runs, has its device "data"`);
  } finally {
    await ground.run(["delete", "--force", "-wait-stop", "0", ...is("bound")], there);
    await ground.run(["delete", "--force", "-wait-stop", "0", ...is("real")], { env });
    await sh(`umount -l '${bound}'; rm -rf '${real}'; rmdir '${bound}'`);
  }
});
