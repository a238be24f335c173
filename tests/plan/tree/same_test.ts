import { assertEquals } from "@std/assert";
import { isInside, isSame } from "../../../lib/plan/tree/same.ts";

const world = {
  directoryKeys: new Map([
    ["/data", ["8:1", "9:1/data", "@0:8 /data"]],
    ["/data/web", ["8:2", "8:1/web", "9:1/data/web", "@0:8 /data/web"]],
    ["/part", ["8:2", "9:1/part", "@0:8 /data/web"]],
    ["/part/deep", ["8:3", "8:2/deep", "9:1/part/deep", "@0:8 /data/web/deep"]],
    ["/data2", ["8:4", "9:1/data2", "@0:8 /data2"]],
  ]),
};

Deno.test("isInside() knows a directory whose part, or a directory in that, is mounted at a second place", () => {
  assertEquals(
    ["/part", "/part/deep", "/data2"].map((path) => isInside(path, "/data", world)),
    [true, true, false],
  );
  assertEquals(["/data", "/data2"].map((path) => isInside(path, "/part", world)), [false, false]);
});

Deno.test("isSame() takes neither a part of a directory nor a directory around it for the directory", () => {
  assertEquals(
    ["/part", "/part/deep", "/data"].map((path) => isSame(path, "/data/web", world)),
    [true, false, false],
  );
});
