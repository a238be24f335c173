import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname } from "@std/path";
import { countSteps, cuts, firstSteps } from "../support/cut_off.ts";
import { contents, fill, volumeAt, volumeNames, withVolumes } from "../support/volumes.ts";

const KINDS = ["cache", "data", "more"];

withVolumes(
  "volumes are renamed with their instance, and their snapshots with them",
  async (ground, { name, is }) => {
    const other = ground.name("-b");
    await ground.ok(["launch", ...is]);
    await fill(ground, name);
    await ground.ok(["snapshot", "-s", "s1", ...is]);
    const before = await contents(ground, name);
    await ground.ok(["rename", "--force", ...is, other]);
    assertEquals(await volumeNames(ground), KINDS.map((kind) => `${other}-${kind}`));
    assertEquals(await contents(ground, other), before);
    const { devices } = await ground.get(`/1.0/profiles/${other}.lxops`);
    assertEquals([devices.data.pool, devices.data.source], ["default", `${other}-data`]);
    assertEquals((await ground.get(volumeAt(`${other}-data`, "/snapshots"))).length, 1);
    assertEquals((await ground.get(`/1.0/instances/${other}`)).status, "Running");

    const there = JSON.stringify({ name: `${name}-more` });
    await ground.ok(["query", "-X", "POST", "-d", there, volumeAt("").slice(0, -1)]);
    const refused = await ground.run(["rename", "--force", "-name", other, "a.yaml", name]);
    assertEquals(refused.code, 8);
    assertStringIncludes(refused.stderr, `"volume:default/${name}-more" exists`);
    assertEquals((await ground.get(`/1.0/instances/${other}`)).status, "Running");
  },
);

withVolumes("a rename that fails is undone in full", async (ground, { name, is }) => {
  const other = ground.name("-b");
  await ground.ok(["launch", ...is]);
  await fill(ground, name);
  const before = await contents(ground, name);
  const profile = await ground.get(`/1.0/profiles/${name}.lxops`);
  // Only the storage driver finds this obstacle of the last volume.
  const pool = `${dirname(ground.daemon.socket!)}/storage-pools/default/custom`;
  const obstacle = `${pool}/default_${other}-more`;
  try {
    await Deno.mkdir(`${obstacle}/in the way`, { recursive: true });
    const failed = await ground.run(["rename", "--force", ...is, other]);
    assertEquals(failed.code, 4, failed.stderr);
    assertStringIncludes(failed.stderr, `Rename volume:default/${name}-more`);
  } finally {
    await Deno.remove(obstacle, { recursive: true });
  }
  assertEquals(await volumeNames(ground), KINDS.map((kind) => `${name}-${kind}`));
  assertEquals(await ground.get(`/1.0/profiles/${name}.lxops`), profile);
  const { status, config } = await ground.get(`/1.0/instances/${name}`);
  assertEquals([status, config["user.lxops.rename"], config["user.lxops.restart"]], [
    "Running",
    undefined,
    undefined,
  ]);
  assertEquals(await contents(ground, name), before);
});

withVolumes(
  "the next run completes a rename that ended after any of its steps",
  async (ground, { name, is }) => {
    const other = ground.name("-b");
    await ground.ok(["launch", ...is]);
    await fill(ground, name);
    const before = await contents(ground, name);
    await ground.ok(["instance", "stop", "-wait-stop", "0", name]);
    const count = await countSteps(ground, ["rename", ...is, other]);
    assert(count >= 9);
    let at = name;
    for (const done of cuts(ground, count)) {
      const to = at === name ? other : name;
      const args = ["rename", "-name", at, "a.yaml", to];
      await firstSteps(ground, args, done);
      await ground.ok(args);
      const found = await volumeNames(ground);
      assertEquals(found, KINDS.map((kind) => `${to}-${kind}`), `after ${done} of ${count} steps`);
      assertEquals((await ground.get(`/1.0/instances/${to}`)).config["user.lxops.rename"], undefined);
      at = to;
    }
    await ground.ok(["launch", "--resume", "-name", at, "a.yaml"]);
    assertEquals(await contents(ground, at), before);
  },
);
