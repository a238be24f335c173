/** Tests that lxops distinguishes changes by hand from changes of the files: `EDITS.md` has the rows. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn } from "../support/daemon.ts";
import { connect } from "../../../scripts/testbed/rest.ts";
import { BOTH, type HandChange, type Part, ROUNDS, WANTED } from "./by_hand.ts";
import { changed, merged, type Tree } from "./files.ts";
import { closeScene, planOf, put, type Scene, sceneOf } from "./scene.ts";
import { readTable, type Row, writeSection } from "./table.ts";

const [HAND, TWICE] = ["Changes by hand", "Changes on both sides"];

/** True where the test rewrites the table. */
const WRITES = Deno.env.has("UPDATE_GOLDEN");

/** Parts of an object that a user can change. */
const PARTS = ["config", "devices", "description", "profiles"];

function pathOf({ name }: Scene, part: Part): string {
  return part === "instance"
    ? `/1.0/instances/${name}`
    : part === "profile"
    ? `/1.0/profiles/${name}.lxops`
    : `/1.0/storage-pools/default/volumes/custom/${name}`;
}

/** Returns the current state of an object. */
async function stateOf(scene: Scene, part: Part): Promise<Tree> {
  const found = await scene.ground.get(pathOf(scene, part));
  const own = (key: string) => !/^(volatile|user\.lxops)\./.test(key);
  const config = Object.fromEntries(Object.entries(found.config as Tree).filter(([key]) => own(key)));
  return Object.fromEntries(
    PARTS.filter((key) => key in found).map((key) => [key, key === "config" ? config : found[key]]),
  );
}

/** Makes changes as a client of the daemon does: it reads the object, and writes it. */
async function change(scene: Scene, changes: readonly HandChange[]): Promise<void> {
  using rest = connect(scene.ground.daemon.socket!);
  for (const part of new Set(changes.map(({ of }) => of))) {
    const path = pathOf(scene, part);
    const now = await scene.ground.get(path);
    const patch = changes.filter(({ of }) => of === part).reduce<Tree>(
      (all, one) => merged(all, one.patch),
      {},
    );
    // A merge does not distinguish an absent key from a removed one; a patch of several objects does.
    const after = changes.filter(({ of }) => of === part).reduce<Tree>(
      (all, one) => merged(all, real(scene, one.patch)),
      now,
    );
    assert(Object.keys(patch).length > 0);
    await rest.send("PUT", path, after);
  }
}

function real<T>({ words }: Scene, value: T): T {
  const text = Object.entries(words).reduce(
    (all, [word, one]) => all.replaceAll(word, one),
    JSON.stringify(value),
  );
  return JSON.parse(text);
}

/** Makes changes, and returns their rows: the lines of plan, and whether up takes them back. */
async function rowsOf(scene: Scene, changes: readonly HandChange[]): Promise<readonly string[]> {
  const { ground, operands, name } = scene;
  const parts = [...new Set(changes.map(({ of }) => of))];
  const states = async () =>
    JSON.stringify(await Promise.all(parts.map((part) => stateOf(scene, part))), null, 1);
  const before = await states();
  await change(scene, changes);
  const after = await states();
  assert(before !== after, changes.map(({ what }) => what).join());
  const lines = await planOf(scene);
  const out = await ground.ok(["up", ...operands]);
  assertEquals(out, `${name}: ${lines.length === 0 ? "up to date" : "changed"}\n`);
  // Values that lxops does not set stay as changed, and all others are as before.
  assertEquals(await states(), lines.length === 0 ? after : before, lines.join("\n"));
  assertEquals(await planOf(scene), []);
  return lines;
}

/** Launches an instance of the configuration for a test. */
async function withInstance(ground: Ground, test: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = await sceneOf(ground);
  try {
    await put(scene, WANTED);
    await ground.ok(["up", ...scene.operands]);
    assertEquals(await planOf(scene), []);
    await test(scene);
  } finally {
    await closeScene(scene);
  }
}

inTurn("plan shows changes by hand, and up takes them back where the file has another value", [
  "directory",
], async (ground) => {
  const table = (await readTable()).get(HAND!) ?? [];
  const found: Row[] = [];
  await withInstance(ground, async (scene) => {
    for (const round of WRITES ? ROUNDS.flat().map((one) => [one]) : ROUNDS) {
      const lines = await rowsOf(scene, round);
      const up = lines.length === 0 ? "leaves it alone" : "takes it back";
      if (WRITES) found.push({ edit: round[0]!.what, plan: lines, up });
      else {
        const rows = round.map(({ what }) => table.find(({ edit }) => edit === what)!);
        assertEquals(lines, rows.flatMap(({ plan }) => plan).sort());
      }
    }
    await ground.ok(["instance", "stop", "-wait-stop", "0", scene.name]);
    assertEquals(await planOf(scene), ["~ state: Stopped -> Running (changed by hand)"]);
    await ground.ok(["up", ...scene.operands]);
    assertEquals((await ground.get(scene.path)).status, "Running");
    // A snapshot of a user stays, too.
    await ground.ok(["query", "-X", "POST", "-d", '{"name": "mine"}', `${scene.path}/snapshots`]);
    assertEquals(await ground.ok(["up", ...scene.operands]), `${scene.name}: up to date\n`);
    assertEquals((await ground.get(`${scene.path}/snapshots`)).length, 1);
    // Without a record, plan shows differences but not who made them.
    await ground.patch(scene.path, { config: { "user.lxops.record": "" } });
    assertEquals(await planOf(scene), []);
    await ground.patch(scene.path, { config: { "user.one": "0", "user.lxops.record": "{" } });
    assertEquals(await planOf(scene), [
      "~ own key user.one: 0 -> 1 (differs; no record tells who changed it)",
    ]);
  });
  if (WRITES) await writeSection(HAND!, found);
});

const ALL = ["instance", "profile", "volume"] as const;

inTurn("a change on both sides waits for --take file or --take live", ["directory"], async (ground) => {
  const table = (await readTable()).get(TWICE!) ?? [];
  await withInstance(ground, async (scene) => {
    const states = async () => JSON.stringify(await Promise.all(ALL.map((part) => stateOf(scene, part))));
    for (const [take, value] of [["live", "5"], ["file", "6"]] as const) {
      const both: typeof BOTH = JSON.parse(
        JSON.stringify(BOTH).replaceAll("VALUE", value).replaceAll("HAND", value),
      );
      const files = both.reduce((all, { config }) => changed(all, { config }), WANTED);
      await put(scene, files);
      await change(scene, both);
      const byHand = await states();
      const lines = await planOf(scene);
      if (WRITES && take === "live") {
        const edit = BOTH.map(({ what }) => what).join(", ");
        await writeSection(TWICE!, [{ edit, plan: lines, up: "asks" }]);
      }
      if (!WRITES && take === "live") assertEquals(lines, table[0]?.plan);
      assertEquals(lines.length, BOTH.length, lines.join("\n"));
      assert(lines.every((line) => line.endsWith("(changed in the file and by hand)")), lines.join("\n"));
      const { code, stderr } = await ground.run(["up", ...scene.operands]);
      assertEquals([code, await states()], [10, byHand], stderr);
      assertStringIncludes(stderr, "--take file; to keep what the instance has: --take live");
      await ground.ok(["up", "--take", take, ...scene.operands]);
      assertEquals(await planOf(scene), []);
      const after = await states();
      if (take === "live") {
        assertEquals(after, byHand);
        // The value stays where something else changes, and in a new root filesystem.
        await put(scene, changed(files, { config: { config: { "user.later": "1" } } }));
        await ground.ok(["up", ...scene.operands]);
        await put(scene, files);
        await ground.ok(["rebuild", ...scene.operands]);
        await ground.ok(["profile", "apply", ...scene.operands]);
        await ground.ok(["create-profile", ...scene.operands]);
        assertEquals(await states(), byHand);
        assertEquals(await planOf(scene), []);
      }
      if (take === "file") {
        assertEquals([after.includes("hand 6"), after.includes("/dev/hand6"), after.includes('"66"')], [
          false,
          false,
          true,
        ]);
      }
    }
  });
});

Deno.test("the table of changes by hand has each once, and no others", async () => {
  const titles = (await readTable()).get(HAND!)?.map(({ edit }) => edit);
  assertEquals(titles, ROUNDS.flat().map(({ what }) => what));
  assert(titles !== undefined && titles.length + BOTH.length >= 20);
});
