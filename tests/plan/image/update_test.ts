import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { StateError } from "../../../lib/base/errors.ts";
import { copiesOf, EDITED, planRefresh, updatable } from "../../../lib/plan/image/update.ts";
import type { ImageInfo } from "../../../lib/ports/mod.ts";
import { built } from "../../support/built_images.ts";

/** An image of a recipe whose base is another alias. */
function recipe(
  digit: string,
  alias: string,
  base: string,
  more: Readonly<Record<string, string>> = {},
): ImageInfo {
  const image = built(digit, 1, { alias, aliases: [alias] });
  const notes = { "lxops.key": "k", "lxops.recipe": `/c/${alias}.yaml`, "lxops.base": "f".repeat(64) };
  return { ...image, properties: { ...image.properties, ...notes, "lxops.base-alias": base, ...more } };
}

const COPY: ImageInfo = {
  ...built("f", 1),
  properties: {},
  aliases: ["alpine"],
  origin: { server: "https://images.example", alias: "alpine/3.22" },
};
const IMAGES = [
  recipe("1", "app", "local:web"),
  recipe("2", "web", "images:alpine/3.22"),
  COPY,
  { ...COPY, fingerprint: "e".repeat(64), aliases: [] },
  recipe("3", "edited", "tiny", { "lxops.key": EDITED }),
  recipe("4", "web@packages", "tiny", { "lxops.level": "packages" }),
  { ...recipe("5", "old", "tiny"), aliases: ["other"] },
];

const names = (given: readonly string[], images: readonly ImageInfo[] = IMAGES) =>
  updatable(given, images).map(({ alias }) => alias);

Deno.test("updatable() has built and copied images, bases before images that are built from them", () => {
  assertEquals(names([]), ["web", "alpine", "app"]);
  assertEquals(names(["app", "web", "app"]), ["web", "app"]);
  assertEquals(names(["edited"]), ["edited"]);
  assertEquals(names([], [recipe("1", "a", "b"), recipe("2", "b", "a")]), ["a", "b"]);
});

Deno.test("updatable() refuses images that it cannot build again", () => {
  const refused = (name: string, images: readonly ImageInfo[] = IMAGES) =>
    assertThrows(() => updatable([name], images), StateError).message;
  assertStringIncludes(refused("wob"), 'There is no image "wob"; did you mean "web"?');
  assertStringIncludes(
    refused("mine", [{ ...built("1", 1), properties: {}, aliases: ["mine"] }]),
    "did not build it",
  );
});

Deno.test("copiesOf() and planRefresh() have the daemon refresh copies and bases of servers", () => {
  const copies = copiesOf(updatable(["web"], IMAGES), IMAGES);
  assertEquals(copies, [COPY]);
  assertEquals<unknown>(planRefresh(copies, "p").map(({ effect }) => effect), [
    { kind: "send", method: "POST", path: `/1.0/images/${"f".repeat(64)}/refresh?project=p` },
  ]);
  assertEquals(copiesOf(updatable(["alpine"], IMAGES), IMAGES), [COPY]);
});
