import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { countSteps, cuts, firstSteps } from "../support/cut_off.ts";
import { type Ground, places } from "../support/daemon.ts";
import { contents, fill, type Subject, volumeAt, VOLUMES, withVolumes } from "../support/volumes.ts";

async function filled(ground: Ground, { name, is }: Subject): Promise<string> {
  await ground.ok(["launch", ...is]);
  await fill(ground, name);
  return await contents(ground, name);
}

async function change(ground: Ground, name: string): Promise<void> {
  await ground.inside(
    name,
    "for d in data more cache; do echo more >>/srv/$d/deep/file; rm /srv/$d/program; done",
  );
}

async function snapshots(ground: Ground, is: readonly string[]): Promise<string[]> {
  const rows = JSON.parse(await ground.ok(["snapshot", "-json", "list", ...is]));
  return rows.map(({ snapshot, of }: { snapshot: string; of: string }) => `${of}@${snapshot}`);
}

withVolumes("a rollback puts volumes back to a snapshot, and leaves newer ones", async (ground, subject) => {
  const { name, is } = subject;
  const before = await filled(ground, subject);
  await ground.ok(["snapshot", "-c", "-s", "z1", ...is]);
  const state = await ground.get(`/1.0/instances/${name}`);
  assertEquals([state.status, state.config["user.lxops.frozen"]], ["Running", undefined]);
  await change(ground, name);
  await ground.ok(["snapshot", "-s", "a2", ...is]);
  assertEquals(await snapshots(ground, is), [
    `volume:default/${name}-data@a2`,
    `volume:default/${name}-more@a2`,
    `instance ${name}@z1`,
    `volume:default/${name}-data@z1`,
    `volume:default/${name}-more@z1`,
  ]);
  const taken = await ground.run(["snapshot", "-s", "z1", ...is]);
  assertEquals(taken.code, 8);
  const changed = await contents(ground, name);
  await ground.ok(["rollback", "-s", "z1", ...is]);
  assertEquals(await contents(ground, name), before);
  // The transient volume stays unchanged.
  assertEquals(await ground.inside(name, "cat /srv/cache/deep/file"), "cache\nmore");
  await ground.ok(["rollback", "-s", "a2", ...is]);
  assertEquals(await contents(ground, name), changed);
  await ground.ok(["query", "-X", "DELETE", volumeAt(`${name}-more`, "/snapshots/z1")]);
  const refused = await ground.run(["rollback", "-s", "z1", ...is]);
  assertEquals(refused.code, 7);
  assertStringIncludes(refused.stderr, `there is no snapshot "volume:default/${name}-more@z1"`);
  assertEquals(await contents(ground, name), changed);
  for (const one of ["z1", "a2"]) await ground.ok(["snapshot", "-c", "-d", "-s", one, ...is]);
  assertEquals(await snapshots(ground, is), []);
});

const MIXED = () =>
  VOLUMES.replace(
    '"volume:default/(instance)-cache", destroy: true, transient: true',
    `${places.directory}/(instance), destroy: true`,
  );

withVolumes(
  "the same command completes a snapshot that ended after any of its steps",
  async (ground, subject) => {
    const { name, is } = subject;
    if (!places.directory) return;
    const before = await filled(ground, subject);
    const args = ["snapshot", "-s", "s1", ...is];
    const count = await countSteps(ground, args);
    assert(count >= 8);
    for (const done of cuts(ground, count)) {
      await firstSteps(ground, args, done);
      await ground.ok(args);
      const info = await ground.get(`/1.0/instances/${name}`);
      assertEquals(
        [info.status, info.config["user.lxops.frozen"], info.config["user.lxops.snapshot"]],
        ["Running", undefined, undefined],
        `after ${done} steps`,
      );
      assertEquals((await snapshots(ground, is)).length, 3);
      assertEquals(await contents(ground, name), before);
      await ground.ok(["snapshot", "-d", "-s", "s1", ...is]);
    }
  },
  MIXED,
);

withVolumes(
  "the next run completes a rollback that ended after any of its steps",
  async (ground, subject) => {
    const { name, is } = subject;
    if (!places.directory) return;
    const before = await filled(ground, subject);
    await ground.ok(["snapshot", "-s", "s1", ...is]);
    const args = ["rollback", "-s", "s1", ...is];
    const count = await countSteps(ground, args);
    assert(count >= 9);
    for (const done of cuts(ground, count)) {
      await ground.inside(name, "for d in data more cache; do echo changed >>/srv/$d/deep/file; done");
      await firstSteps(ground, args, done);
      await ground.ok(args);
      assertEquals(await contents(ground, name), before, `after ${done} of ${count} steps`);
      assertEquals(await ground.inside(name, "cat /srv/cache/deep/file"), "cache");
      const info = await ground.get(`/1.0/instances/${name}`);
      assertEquals(
        [info.status, info.config["user.lxops.restart"]],
        ["Running", undefined],
        `after ${done} steps`,
      );
    }
  },
  MIXED,
);
