/** Tests of the lines of `plan` and the actions of `up` for every kind of edit: `EDITS.md` has the rows. */
import { assert, assertEquals } from "@std/assert";
import { isTaken, isWhole } from "../../support/sample.ts";
import { type Daemon, inTurn, onBoth } from "../support/daemon.ts";
import type { Edit } from "./edits/edit.ts";
import { FIRST, ROUNDS } from "./edits/rounds.ts";
import { changed, type Files, plain } from "./files.ts";
import { answer, closeScene, planOf, put, type Scene, sceneOf } from "./scene.ts";
import { readTable, type Row, writeSection } from "./table.ts";

const HEADING = "Edits of the files";

/** True where the test rewrites the table, for which each edit is made by itself. */
const WRITES = Deno.env.has("UPDATE_GOLDEN");

/**
 * Returns the rounds of a daemon. Where the table is written, edits that it has are made at once, and others by
 * themselves.
 */
function roundsOf(title: Daemon["title"], known: (edit: Edit) => boolean): readonly (readonly Edit[])[] {
  // A run takes a part of the refused edits.
  const some = ROUNDS.filter((round, index) => WRITES || !round[0]?.refused || isTaken(index, 4));
  const own = some.map((round) => round.filter(({ on = title }) => on === title));
  const alone = (edit: Edit) => WRITES ? !known(edit) : isWhole();
  return own.flatMap((round) => [
    round.filter((edit) => !alone(edit)),
    ...round.filter(alone).map((one) => [one]),
  ]).filter((round) => round.length > 0);
}

/** Returns the first process of an instance and the image that it was created from, which a rebuild changes. */
async function runOf({ ground, path }: Scene): Promise<readonly unknown[]> {
  const { pid } = await ground.get(`${path}/state`);
  return [pid, (await ground.get(path)).config["volatile.base_image"]];
}

/** Runs `up`, and returns a description of its actions. */
async function upOf(scene: Scene, plan: readonly string[]): Promise<string> {
  const { ground, operands, name } = scene;
  const up = async (...flags: readonly string[]) => await ground.run(["up", ...flags, ...operands]);
  const before = await runOf(scene);
  const flag = plan.some((line) => line.endsWith("takes a rebuild)"))
    ? "rebuild"
    : plan.some((line) => line.endsWith("takes a restart)"))
    ? "restart"
    : undefined;
  if (flag !== undefined) {
    const { code } = await up();
    // A feature that the daemon lacks is refused before the first change.
    assertEquals([code, await planOf(scene), await runOf(scene)], [code === 3 ? 3 : 10, plan, before]);
  }
  const { code, stdout, stderr } = await up(...flag === undefined ? [] : [`--${flag}`]);
  if (code !== 0) {
    assertEquals(await runOf(scene), before);
    return `refuses: ${plain(reasonOf(stderr), scene.words)}`;
  }
  const after = await runOf(scene);
  const other = before.findLastIndex((one, index) => one !== after[index]);
  assertEquals(other, flag === "rebuild" ? 1 : flag === "restart" ? 0 : -1, stderr);
  if (stdout === `${name}: up to date\n`) {
    assertEquals(plan, []);
    return "says `up to date`";
  }
  assertEquals(stdout, `${name}: changed\n`);
  return other === 1 ? "rebuilds with `-rebuild`" : other === 0 ? "restarts with `-restart`" : "changes it";
}

/** Returns the reason of a refusal, without what differs between daemons. */
function reasonOf(stderr: string): string {
  return stderr.trim().split("\n")[0]!.replace(/^lxops: /, "").replace(/\ba\.yaml:\d+:\d+ /, "a.yaml:LINE ")
    .replace(/; (it (has|is)|the daemon has|did you mean) .*$/, "").replace(/ \([0-9./]+\)$/, "");
}

/** Declares the test: where the table is written, both daemons have rows of their own. */
const on = WRITES ? onBoth : inTurn;

on("plan says what every kind of edit changes, up does that, and a second plan is empty", [
  "directory",
  "pool",
], async (ground) => {
  const table = (await readTable()).get(HEADING) ?? [];
  const expected = (edit: Edit) => table.find((row) => row.edit === titleOf(edit));
  const scene = await sceneOf(ground);
  const found = new Map<string, Row>();
  let files: Files = FIRST;
  try {
    await put(scene, files);
    assertEquals(await planOf(scene), ["+ instance NAME: tiny (it does not exist)"]);
    await ground.ok(["up", ...scene.operands]);
    for (const round of roundsOf(ground.daemon.title, (edit) => expected(edit) !== undefined)) {
      const before = files;
      files = round.reduce((all, { patch }) => changed(all, patch), files);
      await put(scene, files);
      const titles = round.map(titleOf).join("; ");
      const plan = await planOf(scene);
      if (!WRITES) {
        assertEquals([titles, plan], [titles, round.flatMap((one) => expected(one)?.plan ?? []).sort()]);
      }
      const up = await upOf(scene, plan);
      if (round.length === 1) {
        if (WRITES) found.set(titles, { edit: titles, plan, up });
        else assertEquals([titles, up], [titles, expected(round[0]!)?.up]);
      }
      assertEquals([titles, up.startsWith("refuses")], [titles, round.some(({ refused }) => refused)]);
      if (up.startsWith("refuses")) {
        files = before;
        await put(scene, files);
      }
      assertEquals([titles, await planOf(scene)], [titles, []]);
      for (const [question, text] of round.flatMap(({ then = {} }) => Object.entries(then))) {
        assertEquals([titles, question, await answer(scene, question)], [titles, question, text]);
      }
    }
    assertEquals(await ground.ok(["up", ...scene.operands]), `${scene.name}: up to date\n`);
  } finally {
    await closeScene(scene);
    if (WRITES) {
      const rows = ROUNDS.flat().flatMap((edit) => found.get(titleOf(edit)) ?? expected(edit) ?? []);
      await writeSection(HEADING, rows);
    }
  }
});

/** Returns the name of an edit in the table. */
function titleOf({ edit, on }: Edit): string {
  return on === undefined ? edit : `${edit} (${on})`;
}

Deno.test("the table of edits has each edit once, and no others", async () => {
  const titles = (await readTable()).get(HEADING)?.map(({ edit }) => edit);
  assertEquals(titles, ROUNDS.flat().map(titleOf));
  assert(new Set(titles).size === titles?.length && titles.length >= 40);
});
