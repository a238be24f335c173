import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { countSteps, cuts, firstSteps } from "../support/cut_off.ts";
import { listen, tokenOf } from "../support/https.ts";
import { contents, fill, volumeAt, volumeNames, VOLUMES, withVolumes } from "../support/volumes.ts";

withVolumes(
  "volumes are created, outlive their instance, and are removed only by destroy",
  async (ground, { name, is }) => {
    await ground.ok(["launch", ...is]);
    assertEquals(await volumeNames(ground), [`${name}-cache`, `${name}-data`, `${name}-more`]);
    const { config } = await ground.get(volumeAt(`${name}-data`));
    assertEquals([config["user.note"], config["user.lxops.config"]], ["kept", `${ground.dir}/a.yaml`]);
    assertEquals(await ground.inside(name, "stat -c %u:%g /srv/data /srv/more /srv/cache"), "0:0\n0:0\n0:0");
    await fill(ground, name);
    const before = await contents(ground, name);
    await ground.ok(["rebuild", ...is]);
    assertEquals(await contents(ground, name), before);
    const remains = await ground.ok(["delete", "--force", ...is]);
    assertStringIncludes(remains, `remains: volume:default/${name}-data (`);
    await ground.ok(["launch", ...is]);
    assertEquals(await contents(ground, name), before);
    await ground.write(
      "a.yaml",
      (await Deno.readTextFile(`${ground.dir}/a.yaml`)).replace(/-data", destroy: true/, '-data"'),
    );
    const script = await ground.ok(["destroy", "--dry-run", "--force", ...is]);
    assertStringIncludes(script, `# note: destroys volume:default/${name}-more (`);
    await ground.ok(["destroy", "--force", ...is]);
    assertEquals(await volumeNames(ground), [`${name}-data`]);
    assertEquals(await ground.get(`/1.0/profiles/${name}.lxops`), undefined);
  },
);

withVolumes(
  "what is wrong with a volume is told before anything changes",
  async (ground, { name, is }) => {
    const text = await Deno.readTextFile(`${ground.dir}/a.yaml`);
    const refused = async (args: readonly string[], code: number, words: string) => {
      const outcome = await ground.run(args);
      assertEquals([outcome.code, outcome.stdout], [code, ""], outcome.stderr);
      assertStringIncludes(outcome.stderr, words);
    };
    await ground.write(
      "a.yaml",
      text.replace("volume:default/(instance)-more", `volume:${ground.id}/(instance)`),
    );
    await refused(
      ["launch", ...is],
      3,
      `a.yaml:6:10 filesystems.more.pattern: The daemon has no storage pool "${ground.id}"`,
    );
    await ground.write("a.yaml", text.replace("/srv/more,", "/srv/more, dir: sub,"));
    await refused(["launch", ...is], 3, 'A new volume has no directory "sub"');
    await ground.write("a.yaml", text);
    assertEquals([await volumeNames(ground), await ground.get(`/1.0/profiles/${name}.lxops`)], [
      [],
      undefined,
    ]);

    await ground.ok([
      "query",
      "-X",
      "POST",
      "-d",
      JSON.stringify({ name: `${name}-data` }),
      volumeAt("").slice(0, -1),
    ]);
    await refused(
      ["launch", ...is],
      9,
      `"volume:default/${name}-data", a filesystem of instance "${name}", exists`,
    );
    assertEquals(await volumeNames(ground), [`${name}-data`]);
    await ground.ok(["launch", "--adopt", ...is]);
    await refused(["destroy", "--force", "--adopt", ...is], 9, "lxops did not make it");
    assertEquals((await ground.get(`/1.0/instances/${name}`)).status, "Running");

    await ground.ok([
      "query",
      "-X",
      "PATCH",
      "-d",
      '{"config":{"user.lxops.config":"x"}}',
      volumeAt(`${name}-data`),
    ]);
    const other = JSON.stringify({
      name: `${name}.other`,
      devices: { more: { type: "disk", pool: "default", source: `${name}-more`, path: "/x" } },
    });
    await ground.ok(["query", "-X", "POST", "-d", other, "/1.0/profiles"]);
    await refused(["destroy", "--force", ...is], 9, `profile "${name}.other" has it`);
    await ground.ok(["query", "-X", "DELETE", `/1.0/profiles/${name}.other`]);
    assertEquals((await ground.get(`/1.0/instances/${name}`)).status, "Running");
    await ground.ok(["destroy", "--force", ...is]);
    assertEquals(await volumeNames(ground), []);
  },
);

withVolumes(
  "volumes are in the project of their instance where the project has its own",
  async (ground, { name, is }) => {
    const project = `${ground.id}-p`;
    const config = {
      "features.storage.volumes": "true",
      "features.images": "false",
      "features.profiles": "false",
    };
    await ground.ok([
      "query",
      "-X",
      "POST",
      "-d",
      JSON.stringify({ name: project, config }),
      "/1.0/projects",
    ]);
    try {
      await ground.ok(["launch", "-project", project, ...is]);
      assertEquals(await volumeNames(ground), []);
      assertEquals((await volumeNames(ground, `&project=${project}`)).length, 3);
      await ground.ok(["launch", ...is.slice(0, 1), `${name}-b`, "a.yaml"]);
      await ground.ok(["destroy", "--force", "-project", project, ...is]);
      assertEquals((await volumeNames(ground, `&project=${project}`)).length, 0);
      assertEquals((await volumeNames(ground)).length, 3);
    } finally {
      await ground.run(["destroy", "--force", "-project", project, ...is]);
      await ground.run(["query", "-X", "DELETE", `/1.0/projects/${project}`]);
    }
  },
);

withVolumes(
  "--resume completes a launch that ended after any of its steps, and loses nothing",
  async (ground, { name, is }) => {
    const args = ["launch", ...is];
    const count = await countSteps(ground, args);
    assert(count >= 6);
    for (const done of cuts(ground, count)) {
      await firstSteps(ground, args, done);
      await ground.ok(["launch", "--resume", ...is]);
      assertEquals(
        await ground.inside(name, "grep -c ' /srv/' /proc/mounts"),
        "3",
        `after ${done} of ${count} steps`,
      );
      assertEquals((await volumeNames(ground)).length, 3);
      await ground.ok(["destroy", "--force", ...is]);
    }
  },
);

withVolumes(
  "the next run completes a destroy that ended after any of its steps",
  async (ground, { name, is }) => {
    const args = ["destroy", "--force", ...is];
    await ground.ok(["launch", ...is]);
    const count = await countSteps(ground, args);
    assert(count >= 4, `${count} steps`);
    await ground.ok(args);
    for (const done of cuts(ground, count)) {
      await ground.ok(["launch", ...is]);
      await firstSteps(ground, args, done);
      await ground.ok(args);
      assertEquals(await volumeNames(ground), [], `after ${done} of ${count} steps`);
      assertEquals([
        await ground.get(`/1.0/instances/${name}`),
        await ground.get(`/1.0/profiles/${name}.lxops`),
      ], [undefined, undefined]);
    }
  },
);

withVolumes(
  "a config whose filesystems are all volumes is launched on a daemon behind HTTPS",
  async (ground, { is }) => {
    await using _server = await listen(ground);
    await ground.ok(["remote", "add", "far", await tokenOf(ground)]);
    const far = (...args: string[]) => ground.run(["-remote", "far", ...args]);
    const mixed = VOLUMES.replace('"volume:default/(instance)-more"', "/srv/(instance)");
    await ground.write("a.yaml", mixed);
    const refused = await far("launch", ...is);
    assertEquals(refused.code, 3);
    assertStringIncludes(refused.stderr, "a.yaml:6:3 filesystems.more: The directories of these devices");
    await ground.write("a.yaml", VOLUMES);
    assertEquals((await far("launch", ...is)).code, 0);
    assertEquals((await volumeNames(ground)).length, 3);
    assertEquals((await far("destroy", "--force", ...is)).code, 0);
    assertEquals(await volumeNames(ground), []);
  },
);
