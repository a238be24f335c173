import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { connect } from "../../../scripts/testbed/rest.ts";
import { sealed, SECRET } from "../../support/built_images.ts";
import { type Ground, onBoth } from "../support/daemon.ts";

/** Publishes three images under one alias, one after the other, so that it has the last; returns their fingerprints. */
async function publishThree(ground: Ground, alias: string): Promise<string[]> {
  const made: string[] = [];
  // The images are those of a user who has this secret.
  await Deno.mkdir(`${ground.dir}/.config/lxops`, { recursive: true });
  await ground.write(".config/lxops/record.key", `${SECRET}\n`);
  await Deno.chmod(`${ground.dir}/.config/lxops/record.key`, 0o600);
  await ground.ok(["create", "tiny", alias]);
  for (const day of [1, 2, 3]) {
    const properties = [`lxops.alias=${alias}`, `lxops.built=2026-01-0${day}T00:00:00Z`];
    const previous = made.length > 0 ? [`lxops.previous=${made.at(-1)}`] : [];
    const name = `${alias}-${day}`;
    await ground.ok(["publish", "-alias", name, "-compression=none", alias, ...properties, ...previous]);
    made.push((await ground.get(`/1.0/images/aliases/${name}`)).target);
  }
  using rest = connect(ground.daemon.socket!);
  for (const fingerprint of made) {
    const image = await ground.get(`/1.0/images/${fingerprint}`);
    const { public: isPublic, auto_update } = image;
    await rest.send("PUT", `/1.0/images/${fingerprint}`, {
      ...{ public: isPublic, auto_update, properties: sealed(image).properties },
    });
  }
  await ground.ok(["image", "alias", "create", alias, `${alias}-3`]);
  await ground.ok(["image", "alias", "delete", ...[1, 2, 3].map((day) => `${alias}-${day}`)]);
  return made;
}

/** Requests an alias every millisecond until `isOver()`; returns how often it existed, and how often not. */
async function readAlias(ground: Ground, alias: string, isOver: () => boolean) {
  using rest = connect(ground.daemon.socket!);
  const seen = { found: 0, missed: 0, targets: new Set<string>() };
  while (!isOver()) {
    try {
      const { target } = await rest.send("GET", `/1.0/images/aliases/${alias}`) as {
        readonly target: string;
      };
      seen.targets.add(target);
      seen.found++;
    } catch {
      seen.missed++;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return seen;
}

onBoth(
  "an alias returns to its earlier images while others read it, and unneeded images are pruned",
  [],
  async (ground) => {
    const alias = ground.name();
    const [first, second, third] = await publishThree(ground, alias) as [string, string, string];
    try {
      const history = JSON.parse(await ground.ok(["image", "history", "-json", alias]));
      assertEquals(
        history.map((row: { fingerprint: string; current: boolean }) => [row.fingerprint, row.current]),
        [
          [third, true],
          [second, false],
          [first, false],
        ],
      );
      using rest = connect(ground.daemon.socket!);
      await rest.send("PUT", `/1.0/images/aliases/${alias}`, { target: third, description: "kept" });
      // They are of one instance; those of the bed differ.
      assertEquals(await ground.ok(["image", "diff", "-json", alias]), "[]\n");
      const differs = await ground.run(["image", "diff", "tiny", "tiny2"]);
      assertEquals([differs.code, differs.stderr], [10, ""]);
      assertStringIncludes(differs.stdout, "~ file    /etc/os-release  content\n");
      let isOver = false;
      const reading = readAlias(ground, alias, () => isOver);
      for (let turn = 0; turn < 10; turn++) {
        await ground.ok(["image", "rollback", alias]);
        await ground.ok(["image", "rollback", alias, third]);
      }
      isOver = true;
      const { found, missed, targets } = await reading;
      assertEquals([missed, targets.size], [0, 2]);
      assert(found > 100, `${found} reads`);
      const script = await ground.ok(["image", "rollback", "--dry-run", alias]);
      assertStringIncludes(script, `lxops query -X PUT -d '{"target":"${second}","description":"kept"}'`);

      await ground.ok(["create", first, ground.name("-child")]);
      const shown = JSON.parse(await ground.ok(["image", "show", "-json", first.slice(0, 12)]));
      assertEquals(shown.instances, [`${alias}-child`]);
      const refused = await ground.run(["image", "prune", "-keep", "1", alias]);
      assertEquals(refused.code, 2);
      assertStringIncludes(refused.stderr, "1 image would be deleted");
      const pruned = JSON.parse(await ground.ok(["image", "prune", "-json", "-force", "-keep", "1", alias]));
      assertEquals(pruned.map((row: { fingerprint: string }) => row.fingerprint), [second]);
      assertEquals(await ground.get(`/1.0/images/${second}`), undefined);
      const gone = await ground.run(["image", "rollback", alias, second]);
      assertEquals(gone.code, 7);
    } finally {
      for (const image of [first, second, third]) await ground.run(["image", "delete", image]);
    }
  },
);
