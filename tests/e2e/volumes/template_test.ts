import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { cuts, firstSteps, stepsOf } from "../support/cut_off.ts";
import { contents, fill, volumeAt, volumeNames, VOLUMES, withVolumes } from "../support/volumes.ts";

withVolumes(
  "volumes are copied from those of a template, which keeps running",
  async (ground, { name, is }) => {
    const copy = ground.name("-b");
    await ground.ok(["launch", ...is]);
    await fill(ground, name);
    const before = await contents(ground, name);
    await ground.write("b.yaml", `${VOLUMES}device-template: ${name}\n`);
    const template = await ground.get(`/1.0/instances/${name}/state`);
    await ground.ok(["launch", "-name", copy, "b.yaml"]);
    assertEquals(await contents(ground, copy), before);
    assertEquals(await ground.inside(copy, "ls -A /srv/cache"), "");
    const { status, pid } = await ground.get(`/1.0/instances/${name}/state`);
    assertEquals([status, pid], ["Running", template.pid]);
    const { config } = await ground.get(volumeAt(`${copy}-data`));
    assertEquals([config["user.lxops.config"], config["user.note"]], [`${ground.dir}/b.yaml`, "kept"]);
    await ground.inside(copy, "echo changed >/srv/data/deep/file");
    assertEquals(await contents(ground, name), before);
    await ground.ok(["destroy", "--force", "-name", copy, "b.yaml"]);
    assertEquals((await volumeNames(ground)).length, 3);

    const other = VOLUMES.replace('"volume:default/(instance)-more"', "/srv/(instance)");
    await ground.write("c.yaml", `${other}device-template: ${name}\nsource-config: a.yaml\n`);
    const mixed = await ground.run(["launch", "-name", copy, "c.yaml"]);
    assertEquals(mixed.code, 3);
    assertStringIncludes(mixed.stderr, "c.yaml:6:3 filesystems.more: ");
  },
);

withVolumes(
  "volumes are copied from snapshots, and an interrupted launch continues",
  async (ground, { name, is }) => {
    const copy = ground.name("-b");
    await ground.ok(["launch", ...is]);
    await fill(ground, name);
    const before = await contents(ground, name);
    await ground.ok(["snapshot", "-s", "s1", ...is]);
    await ground.inside(name, "rm -r /srv/data/deep /srv/more/deep");
    await ground.write("b.yaml", `${VOLUMES}device-origin: ${name}@s1\n`);
    const args = ["launch", "-name", copy, "b.yaml"];
    const script = await ground.ok(["launch", "--dry-run", ...args.slice(1)]);
    const count = stepsOf(script).steps.findIndex((step) => step.includes("Create profile"));
    assert(count >= 7);
    for (const done of cuts(ground, count + 1)) {
      await firstSteps(ground, args, done);
      await ground.ok(["launch", "--resume", ...args.slice(1)]);
      assertEquals(await contents(ground, copy), before, `after ${done} of ${count} steps`);
      assertEquals((await volumeNames(ground)).length, 6);
      await ground.ok(["destroy", "--force", ...args.slice(1)]);
    }
    await ground.write("b.yaml", `${VOLUMES}device-origin: ${name}@s2\n`);
    const refused = await ground.run(args);
    assertEquals(refused.code, 3);
    assertStringIncludes(refused.stderr, `There is no snapshot "volume:default/${name}-data@s2"`);
  },
);
