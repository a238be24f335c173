import { assertEquals } from "@std/assert";
import { builtImage, builtProperties } from "../../../lib/plan/image/properties.ts";

const IMAGE = {
  alias: "ci/debian",
  built: "2026-11-30T08:15:00Z",
  key: "ab12",
  recipe: "/etc/lxops/ci.yaml",
  base: "cd34",
  baseAlias: "images:debian/13",
};

Deno.test("the notes on an image are read from it again", () => {
  for (const more of [{}, { commit: "0a1b-dirty", previous: "ef56", level: "packages" }]) {
    assertEquals(builtImage(builtProperties({ ...IMAGE, ...more })), { ...IMAGE, ...more });
  }
});

Deno.test("an image that lxops did not build, or that lacks a note, does not count as built", () => {
  assertEquals(builtImage({ os: "debian" }), undefined);
  const { "lxops.key": _, ...rest } = builtProperties(IMAGE);
  assertEquals(builtImage(rest), undefined);
});
