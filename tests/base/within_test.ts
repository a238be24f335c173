import { assertEquals } from "@std/assert";
import { ancestors, isWithin } from "../../lib/base/within.ts";

Deno.test("isWithin() takes a directory and what lies in it, and no neighbour whose name begins alike", () => {
  for (const path of ["/srv/a", "/srv/a/b", "/srv/a/b/c"]) assertEquals(isWithin(path, "/srv/a"), true, path);
  for (const path of ["/srv", "/srv/ab", "/srv/a.partial"]) {
    assertEquals(isWithin(path, "/srv/a"), false, path);
  }
  assertEquals(isWithin("tank/a/b", "tank/a"), true);
  assertEquals(isWithin("tank/ab", "tank/a"), false);
});

Deno.test("isWithin() finds every absolute path in the root directory", () => {
  assertEquals(isWithin("/srv/a", "/"), true);
  assertEquals(isWithin("/", "/"), true);
});

Deno.test("ancestors() lists the directories on the way to a path, the innermost first", () => {
  assertEquals(ancestors("/srv/a/b"), ["/srv/a", "/srv"]);
  assertEquals(ancestors("/srv"), []);
});
