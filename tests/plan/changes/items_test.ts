import { assertEquals } from "@std/assert";
import type { Item } from "../../../lib/cloudconfig/model/item.ts";
import { areRecorded, itemChanges, needsKey, pendingItems } from "../../../lib/plan/changes/items.ts";
import { editionText, itemHash, keyHash } from "../../../lib/plan/record/hashes.ts";
import type { InstanceRecord } from "../../../lib/plan/record/record.ts";

const KEY = "ab".repeat(32);

/** An item whose id begins with a digit, with a secret or without. */
function itemOf(digit: string, secret = false): Item {
  return {
    id: digit.repeat(64),
    section: "runcmd",
    key: "runcmd",
    title: `Run ${digit}`,
    location: { file: "a.cfg", line: 1, column: 1 },
    script: "",
    helpers: [],
    secrets: secret ? ["s"] : [],
  };
}

/** A record in which items were applied. */
function recordOf(...items: readonly Item[]): InstanceRecord {
  return {
    lxops: "1",
    items: items.map(({ id, secrets }) => itemHash({ id, secret: secrets.length > 0 }, KEY)),
    key: keyHash(KEY),
  };
}

function linesOf(items: readonly Item[], sources: Parameters<typeof itemChanges>[1]): readonly string[] {
  return itemChanges(items, sources).map(({ sign, name }) => `${sign} ${name}`);
}

const [one, two, hidden, other] = [itemOf("1"), itemOf("2"), itemOf("3", true), itemOf("4", true)];

Deno.test("a record tells by itself that all items were applied", () => {
  const record = recordOf(one, hidden);
  assertEquals(areRecorded([one, hidden], { record, key: KEY }), true);
  assertEquals(areRecorded([one, hidden], { record, key: "cd".repeat(32) }), false);
  assertEquals(areRecorded([one, other], { record, key: KEY }), false);
  assertEquals(areRecorded([one], { record: undefined }), false);
});

Deno.test("settings that a bootstrap script read are compared with the key of the instance, where the user has none", () => {
  const ran = { text: "a".repeat(64), settings: "b".repeat(64) };
  const run = { ...one, edition: ran };
  const record = { ...recordOf(run), bootstrap: editionText(ran, KEY) };
  assertEquals(needsKey([run], record), true);
  const without = { text: ran.text };
  assertEquals(
    needsKey([{ ...one, edition: without }], { ...record, bootstrap: editionText(without, KEY) }),
    false,
  );
  assertEquals(needsKey([run], { ...record, bootstrap: editionText(ran, undefined) }), false);
  assertEquals([needsKey([run], undefined), needsKey([one], recordOf(one))], [false, false]);
});

Deno.test("a bootstrap script that ran in another form, or with other settings, is a change that takes --bootstrap", () => {
  const ran = { text: "a".repeat(64), settings: "b".repeat(64) };
  const run = { ...one, edition: ran };
  const record = { ...recordOf(run), bootstrap: editionText(ran, KEY) };
  const sources = { record, key: KEY };
  assertEquals(linesOf([run], sources), []);
  const edited = { ...one, edition: { ...ran, text: "c".repeat(64) } };
  assertEquals(itemChanges([edited], sources), [
    {
      sign: "~",
      part: "cloud-config",
      name: "bootstrap.sh, which ran already",
      why: "file",
      takes: "bootstrap",
    },
  ]);
  assertEquals(pendingItems([edited], sources), []);
  const set = { ...one, edition: { ...ran, settings: "d".repeat(64) } };
  assertEquals(linesOf([set], sources), ["~ settings that bootstrap.sh reads"]);
  // Without the key nothing tells, nor without a note of what ran.
  assertEquals(linesOf([set], { record }), []);
  assertEquals(
    linesOf([set], { record: { ...record, bootstrap: editionText(ran, undefined) }, key: KEY }),
    [],
  );
  assertEquals(linesOf([edited], { record: recordOf(one), key: KEY }), []);
  // An item that runs in any case is shown as such.
  const journal = "";
  assertEquals(linesOf([{ ...edited, again: true }], { ...sources, journal }), ["+ Run 1"]);
});

Deno.test("items that are new, removed or in another order", () => {
  const record = recordOf(one, two);
  const journal = [one, two].map(({ id }) => `${id} 1 0.00 - title\n`).join("");
  assertEquals(linesOf([one, two, itemOf("5")], { record, journal }), ["+ Run 5"]);
  assertEquals(linesOf([two], { record, journal }), [
    "- 1 item no longer in the files; what it did stays",
  ]);
  assertEquals(linesOf([two, one], { record, journal }).length, 1);
  assertEquals(pendingItems([two, one], { record, journal }), []);
});

Deno.test("an item with secrets of an instance that does not run is no change, but is applied unless it was", () => {
  const record = recordOf(one, hidden);
  assertEquals(linesOf([one, hidden], { record }), []);
  assertEquals(pendingItems([one, hidden], { record }), [hidden]);
  assertEquals(linesOf([one, two, hidden], { record }), ["+ Run 2"]);
});

Deno.test("items of a run that ended before it recorded them are recorded", () => {
  const journal = [one, two].map(({ id }) => `${id} 1 0.00 - title\n`).join("");
  const record: InstanceRecord = { lxops: "1" };
  assertEquals(linesOf([one, two], { record, journal }), [
    "~ items that were applied and not noted, none of which runs again",
  ]);
  assertEquals(linesOf([one, itemOf("5")], { record, journal }), ["+ Run 5"]);
  assertEquals(linesOf([], { record, journal }), []);
});

Deno.test("without a record the journal decides", () => {
  const journal = `${one.id} 1 0.00 - title\n`;
  assertEquals(linesOf([one, two], { record: undefined, journal }), ["+ Run 2"]);
  assertEquals(linesOf([one], { record: undefined, journal }), []);
});
