import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inTurn, places } from "../support/daemon.ts";
import { sh } from "../support/trees.ts";
import { until } from "../../support/until.ts";

const CONFIG = () =>
  `#lxops-v1
ostype: alpine
image: tiny
filesystems: {files: {pattern: ${places.directory}/(instance), destroy: true}}
devices: {www: {path: /srv/www, filesystem: files, dir: www}}
`;

inTurn("a second run leaves alone what the first one has frozen", ["directory"], async (ground) => {
  const name = ground.name();
  const is = ["-name", name, "a.yaml"];
  const directory = `${places.directory}/${name}`;
  await ground.write("a.yaml", CONFIG());
  await ground.ok(["launch", ...is]);
  try {
    await ground.ok(["snapshot", "-s", "s", ...is]);
    await sh(`head -c 48M /dev/urandom >'${directory}/www/large'`);
    const info = async () => await ground.get(`/1.0/instances/${name}`);
    const first = ground.run(["export", "-d", "out", ...is]);
    await until(async () => (await info()).status === "Frozen");
    const { config: { "user.lxops.frozen": mark } } = await info();
    assertMatch(mark, /^\S+ \S+ [-0-9a-f]{36} [0-9]+ [0-9]+ [0-9]+$/);
    // It stands still meanwhile, so that it does not end before the others have looked.
    const process = Number(mark.split(" ")[3]);
    Deno.kill(process, "SIGSTOP");
    const second = await Promise.all(
      [["snapshot", "-d", "-s", "s"], ["rollback", "-s", "s"], ["destroy", "--force"]].map((args) =>
        ground.run([...args, ...is])
      ),
    ).finally(() => Deno.kill(process, "SIGCONT"));
    const during = await info();
    const outcome = await first;
    for (const { code, stderr } of second) {
      assertEquals(code, 11, stderr);
      assertStringIncludes(
        stderr,
        `another lxops works on instance "${name}" (process ${mark.split(" ")[3]}`,
      );
    }
    assertEquals([during.status, during.config["user.lxops.frozen"]], ["Frozen", mark]);
    assertEquals(outcome.code, 0, outcome.stderr);
    const after = await info();
    assertEquals([after.status, after.config["user.lxops.frozen"]], ["Running", undefined]);
    // A note of a process that is no more, or of another machine.
    const note = async (text: string) =>
      await ground.ok([
        "query",
        "-X",
        "PATCH",
        "-d",
        JSON.stringify({ config: { "user.lxops.frozen": text } }),
        `/1.0/instances/${name}`,
      ]);
    await note(mark.replace(/^\S+/, "elsewhere"));
    const refused = await ground.run(["snapshot", "-s", "t", ...is]);
    assert(refused.code === 11 && /user.lxops.frozen=true/.test(refused.stderr), refused.stderr);
    await note(mark);
    await ground.ok(["snapshot", "-s", "t", ...is]);
    assertEquals((await info()).config["user.lxops.frozen"], undefined);
  } finally {
    await ground.run(["destroy", "--force", ...is]);
    await sh(`rm -rf '${directory}' '${directory}'@*`);
  }
});

inTurn(
  "no instance starts with a directory that a rollback of another one replaces",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    const beside = `${name}-b`;
    const directory = `${places.directory}/${name}-shared`;
    await ground.write("a.yaml", CONFIG().replace(`${places.directory}/(instance)`, directory));
    await ground.write(
      "b.yaml",
      `#lxops-v1\nostype: alpine\nimage: tiny\ndevices: {www: {path: /srv/www, dir: ${directory}/www}}\n`,
    );
    // A program in front of cp holds the rollback between its look and the replacement.
    await Deno.mkdir(`${ground.dir}/programs`);
    await Deno.writeTextFile(
      `${ground.dir}/programs/cp`,
      `#!/bin/sh
: >${ground.dir}/held
n=0; while [ ! -e ${ground.dir}/go ] && [ $n -lt 600 ]; do sleep 0.05; n=$((n + 1)); done
exec /bin/cp "$@"
`,
      { mode: 0o755 },
    );
    const held = [
      ...["unshare", "--mount", "--propagation", "unchanged", "--", "sh", "-c"],
      'mount --make-private "$(findmnt -n -o TARGET -T /usr/local/sbin)" && mount --bind "$0" /usr/local/sbin && exec "$@"',
      `${ground.dir}/programs`,
    ];
    try {
      await ground.ok(["launch", "-name", name, "a.yaml"]);
      await ground.inside(name, "echo data >/srv/www/file");
      await ground.ok(["stop", "--wait-stop", "0", name]);
      await ground.ok(["launch", "-name", beside, "b.yaml"]);
      await ground.ok(["stop", "--wait-stop", "0", beside]);
      await ground.ok(["snapshot", "-s", "s", "-name", name, "a.yaml"]);
      const rollback = ground.run(["rollback", "-s", "s", "-name", name, "a.yaml"], {
        argv: [...held, ...ground.daemon.argv],
      });
      await until(() => Deno.stat(`${ground.dir}/held`).then(() => true, () => false));
      // One after the other, as both lock the instance.
      const others = [
        await ground.run(["start", beside]),
        await ground.run(["up", "-name", beside, "b.yaml"]),
      ];
      await Deno.writeTextFile(`${ground.dir}/go`, "");
      for (const { code, stderr } of others) {
        assertEquals(code, 11, stderr);
        assertStringIncludes(stderr, `another lxops works on "${directory}" of instance "${name}" (process `);
      }
      const { code, stderr } = await rollback;
      assertEquals(code, 0, stderr);
      await ground.ok(["start", beside]);
      assertEquals(await ground.inside(beside, "cat /srv/www/file"), "data");
    } finally {
      await Deno.writeTextFile(`${ground.dir}/go`, "");
      await ground.run(["delete", "--force", "-name", beside, "b.yaml"]);
      await ground.run(["destroy", "--force", "-name", name, "a.yaml"]);
      await sh(`rm -rf '${directory}' '${directory}'@*`);
    }
  },
);
