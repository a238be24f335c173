/** The names of what rehearsals make. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { dataOf, forgottenData, noteOf, REHEARSAL_DATA, stageOf } from "../../../lib/plan/rehearse/stage.ts";
import { rehearsalLock } from "../../../lib/run/lock/names.ts";
import { targetsOf } from "../../support/targets.ts";

const LONG = "a".repeat(48);
/** Names that begin in the same way; the last one has a hyphen where a cut could be. */
const NAMES = [
  "web",
  `${LONG}bcdefghijklmno`,
  `${LONG}bcdefghijklmnp`,
  `${"a".repeat(30)}-${"b".repeat(32)}`,
];

Deno.test("names of copies, notes and locks are valid and differ, however long the names of the instances are", async () => {
  const copies: string[] = [];
  const profiles: string[] = [];
  const locks: string[] = [];
  for (const name of NAMES) {
    for (const project of ["default", "team"]) {
      const [target] = await targetsOf({ "a.yaml": "image: tiny" }, { name, project });
      const { copy: { instance }, note } = stageOf(target!, "0a0b0c");
      assertMatch(instance.name, /^(?!.{64})[a-z][a-z0-9-]*-rehearsal-0a0b0c$/);
      copies.push(instance.name);
      profiles.push(note, instance.ownProfile);
      locks.push((await rehearsalLock({ project, name })).name);
    }
  }
  // Projects have instances of their own, and may share profiles.
  assertEquals(new Set(copies).size, NAMES.length);
  assertEquals(new Set(profiles).size, NAMES.length * 3);
  assertEquals(new Set(locks).size, NAMES.length * 2);
  for (const name of [...profiles, ...locks]) assert(/^[-.A-Za-z0-9]{1,64}$/.test(name), name);
});

Deno.test("noteOf() names the instance where that fits", () => {
  assertEquals(noteOf({ project: "default", name: "web" }), "lxops.rehearsal.web");
  assertEquals(noteOf({ project: "team", name: "web" }), "lxops.rehearsal.team.web");
  assertMatch(noteOf({ project: "a b", name: "web" }), /^lxops\.rehearsal-long\.[0-9a-f]{32}$/);
});

Deno.test("copies that the configuration does not have any more are named, and none that no rehearsal made", async () => {
  const stage = async (pattern: string) => {
    const files = {
      "a.yaml":
        `image: tiny\nfilesystems: {main: {pattern: ${pattern}}}\ndevices: {a: {path: /a, filesystem: main}}`,
    };
    const [target] = await targetsOf(files, { name: "web" });
    return stageOf(target!, "0a0b0c");
  };
  const before = await stage("tank/old/(instance)");
  assertEquals(dataOf(before), ["dataset tank/old/web-rehearsal-0a0b0c"]);
  const note = { [REHEARSAL_DATA]: [...dataOf(before), "dataset tank/precious"].join("\n") };
  assertEquals(forgottenData(before, note), []);
  assertEquals(forgottenData(await stage("tank/new/(instance)"), note), dataOf(before));
  assertEquals(forgottenData(before, {}), []);
});
