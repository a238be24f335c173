/** Tests filters of lists by name. */
import { assertEquals } from "@std/assert";
import { fitsName } from "../../../lib/cli/shared/name_filter.ts";

const NAMES = ["web", "web1", "db.web", "DB1", "a+b", "x*y"];

const CASES: readonly (readonly [filters: readonly string[], fitting: readonly string[]])[] = [
  [[], NAMES],
  [["web"], ["web", "web1", "db.web"]],
  [["web*"], ["web", "web1"]],
  [["web?"], ["web1"]],
  [["*web"], ["web", "db.web"]],
  [["db"], ["db.web", "DB1"]],
  [["DB?"], ["DB1"]],
  [["db1", "a+"], ["DB1", "a+b"]],
  [["d.*"], []],
  [["*"], NAMES],
  [["[a-z]"], []],
];

for (const [filters, fitting] of CASES) {
  Deno.test(`filters ${JSON.stringify(filters)} leave ${JSON.stringify(fitting)}`, () => {
    assertEquals(NAMES.filter((name) => fitsName(name, filters)), fitting);
  });
}

Deno.test("one of several names is enough", () => {
  assertEquals(fitsName(["alpine", "web"], ["we"]), true);
  assertEquals(fitsName([], ["we"]), false);
});
