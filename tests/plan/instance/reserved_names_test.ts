import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  isPartOf,
  isSwapNameOf,
  NAME_LIMIT,
  NEW,
  OLD,
  randomOf,
  refuseSwapName,
  swapName,
} from "../../../lib/plan/instance/reserved_names.ts";
import { OF_MARK } from "../../../lib/plan/instance/spare.ts";

const LONG = "x".repeat(50);
const [ONE, OTHER] = [`${LONG}a`, `${LONG}b`];

Deno.test("swapName() gives names that begin in the same way different names in one run, within the daemons' limit", () => {
  const [one, other] = [swapName(ONE, OLD, "abc123"), swapName(OTHER, OLD, "abc123")];
  assertNotEquals(one, other);
  assertEquals([one.length, other.length], [NAME_LIMIT, NAME_LIMIT]);
  assertEquals(randomOf(one), "abc123");
  assertEquals(swapName("a", NEW, "abc123"), "a-lxops-new-abc123");
  assertEquals(isSwapNameOf(one, ONE), "perhaps");
  assertEquals(isSwapNameOf(one, OTHER), "no");
});

Deno.test("isPartOf() goes by the mark, and without it by a name that was not cut", () => {
  const part = (name: string, of?: string) => ({ name, config: of === undefined ? {} : { [OF_MARK]: of } });
  const cut = `${LONG.slice(0, 46)}${OLD}-abc123`;
  assertEquals(cut.length, NAME_LIMIT);
  for (const name of [ONE, OTHER, LONG.slice(0, 46)]) {
    assertEquals(isPartOf(part(cut), name), "perhaps");
    assertEquals(isPartOf(part(cut, name), name), "yes");
    assertEquals(isPartOf(part(cut, "another"), name), "no");
  }
  assertEquals(isPartOf(part(cut), "x"), "no");
  assertEquals(isPartOf(part("a-lxops-old-abc123"), "a"), "yes");
  assertEquals(isPartOf(part("a-lxops-old-abc123", "b"), "a"), "no");
  assertEquals(isPartOf(part("a-lxops-old-abc123", "a"), "a-lxops"), "no");
  assertEquals(isPartOf(part("somebody", "a"), "a"), "no");
});

Deno.test("refuseSwapName() knows the names that swapName() gives to long names", () => {
  let refused = false;
  try {
    refuseSwapName(swapName(ONE, NEW, "abc123"));
  } catch {
    refused = true;
  }
  assert(refused);
});
