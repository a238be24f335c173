import { assertEquals } from "@std/assert";
import { apiPath, parseApiPath } from "../../lib/base/api.ts";

Deno.test("apiPath() encodes parts, and puts a query behind them", () => {
  assertEquals(apiPath(["instances", "a/b c"]), "/1.0/instances/a%2Fb%20c");
  assertEquals(apiPath(["instances"], "project=a%26b"), "/1.0/instances?project=a%26b");
  assertEquals(apiPath("/1.0/events", "type=x"), "/1.0/events?type=x");
});

Deno.test("parseApiPath() reads what apiPath() writes", () => {
  const path = apiPath(["instances", "a/b c", "snapshots", "s 1"], "project=a%26b");
  assertEquals(parseApiPath(path), {
    parts: ["instances", "a/b c", "snapshots", "s 1"],
    name: "s 1",
    project: "a&b",
  });
  assertEquals(parseApiPath("/1.0/profiles/x").project, "default");
});
