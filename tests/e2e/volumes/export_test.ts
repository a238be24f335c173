import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { countSteps, cuts, firstSteps } from "../support/cut_off.ts";
import type { Ground } from "../support/daemon.ts";
import { contents, fill, volumeAt, volumeNames, withVolumes } from "../support/volumes.ts";

async function backups(ground: Ground, name: string): Promise<unknown[]> {
  const kinds = ["data", "more"].map((kind) => ground.get(volumeAt(`${name}-${kind}`, "/backups")));
  return (await Promise.all(kinds)).flat();
}

withVolumes("volumes are exported, and imported as they were", async (ground, { name, is }) => {
  const other = ground.name("-b");
  await ground.ok(["launch", ...is]);
  await fill(ground, name);
  const before = await contents(ground, name);
  await ground.ok(["export", "-d", "out", ...is]);
  assertEquals((await ground.get(`/1.0/instances/${name}`)).config["user.lxops.frozen"], undefined);
  assertEquals([await backups(ground, name), (await volumeNames(ground)).length], [[], 3]);
  assertEquals((await Deno.stat(`${ground.dir}/out/data.tar.gz`)).mode! & 0o777, 0o600);
  await ground.ok(["snapshot", "-s", "s1", ...is]);
  await ground.inside(name, "rm -r /srv/data/deep /srv/more/deep");
  await ground.ok(["export", "-d", "snap", "-snapshot", "s1", ...is]);
  assertEquals((await volumeNames(ground)).length, 3);

  const as = ["-name", other, "a.yaml"];
  for (const directory of ["out", "snap"]) {
    await ground.ok(["import", "-d", directory, ...as]);
    const { config } = await ground.get(volumeAt(`${other}-data`));
    assertEquals([config["user.lxops.config"], config["user.note"]], [`${ground.dir}/a.yaml`, "kept"]);
    await ground.ok(["launch", ...as]);
    assertEquals(await contents(ground, other), before);
    if (directory === "out") await ground.ok(["destroy", "--force", ...as]);
  }
  const refused = async (args: readonly string[], code: number, words: string) => {
    const outcome = await ground.run(args);
    assertEquals(outcome.code, code);
    assertStringIncludes(outcome.stderr, words);
  };
  await refused(["import", "-d", "out", ...as], 8, "exist");
  await refused(
    ["import", "-d", "out", "--overwrite", ...as],
    9,
    `"${other}.lxops" has "volume:default/${other}-data"`,
  );
  await ground.inside(other, "echo changed >/srv/data/deep/file");
  await ground.ok(["delete", "--force", ...as]);
  await ground.ok(["import", "-d", "out", "--overwrite", ...as]);
  await ground.ok(["launch", ...as]);
  assertEquals(await contents(ground, other), before);
  await ground.ok(["delete", "--force", ...is]);
  await refused(["import", "-d", "out", "--overwrite", ...is], 9, "has snapshots, which would be lost");
  assertEquals((await ground.get(volumeAt(`${name}-data`, "/snapshots"))).length, 1);
});

withVolumes(
  "the next run completes an export or import that ended after any of its steps",
  async (ground, { name, is }) => {
    await ground.ok(["launch", ...is]);
    await fill(ground, name);
    const before = await contents(ground, name);
    await ground.ok(["snapshot", "-s", "s1", ...is]);
    for (const snapshot of ["", "s1"]) {
      const args = ["export", "-d", "out", "-overwrite", `-snapshot=${snapshot}`, ...is];
      const count = await countSteps(ground, args);
      assert(count >= 9);
      // Of a snapshot, only making a volume of it is another way.
      for (const done of cuts(ground, snapshot === "" ? count : 4)) {
        await firstSteps(ground, args, done);
        await ground.ok(args);
        assertEquals(
          [await backups(ground, name), (await volumeNames(ground)).length],
          [[], 3],
          `after ${done} steps`,
        );
        const { status, config } = await ground.get(`/1.0/instances/${name}`);
        assertEquals([status, config["user.lxops.frozen"]], ["Running", undefined], `after ${done} steps`);
      }
    }
    const other = ground.name("-b");
    const args = ["import", "-d", "out", "-overwrite", "-name", other, "a.yaml"];
    const count = await countSteps(ground, args);
    assert(count >= 7);
    // The second time, there is something to replace.
    for (const done of cuts(ground, count + 2)) {
      await firstSteps(ground, args, done);
      await ground.ok(args);
      const names = (await volumeNames(ground)).filter((one) => one.startsWith(other));
      assertEquals(names, [`${other}-data`, `${other}-more`], `after ${done} steps`);
    }
    await ground.ok(["launch", "-name", other, "a.yaml"]);
    assertEquals(await contents(ground, other), before);
  },
);
