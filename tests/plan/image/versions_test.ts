import { assertEquals } from "@std/assert";
import { builtAt, versionBefore, versionsOf } from "../../../lib/plan/image/versions.ts";
import type { ImageInfo } from "../../../lib/ports/mod.ts";
import { built, sealedBuilt, SECRET } from "../../support/built_images.ts";

const shown = (alias: string, images: readonly ImageInfo[]) =>
  versionsOf(alias, images, SECRET).map(({ image, isCurrent }) =>
    `${image.fingerprint[0]}${isCurrent ? "*" : ""}`
  )
    .join(" ");

Deno.test("versionsOf() finds the images that were built for a name, and those that they name, the newest first", () => {
  const images = [
    built("1", 1),
    built("3", 3, { previous: "2" }),
    built("2", 2, { aliases: ["web"], previous: "a" }),
    built("4", 4, { alias: "db" }),
    built("5", 5, { level: "packages", aliases: ["web@packages"] }),
    // It was published by hand, and had the name before.
    { ...built("a", 1), properties: {}, uploadedAt: "2026-01-01T12:00:00.5Z" },
  ];
  assertEquals(shown("web", images), "3 2* a 1");
  assertEquals([shown("db", images), shown("other", images)], ["4", ""]);
});

Deno.test("versionsOf() ends where images name each other in a circle", () => {
  const circle = [built("1", 1, { aliases: ["web"], previous: "2" }), built("2", 2, { previous: "1" })];
  assertEquals(shown("web", circle), "2 1*");
});

Deno.test("versionsOf() counts only what this user's lxops has sealed where it has built what has the name", () => {
  const forged = [built("e", 30), built("f", 2)];
  const current = sealedBuilt("3", 3, { aliases: ["web"], previous: "b" });
  const named = built("b", 1, { previous: "c" });
  assertEquals(shown("web", [...forged, sealedBuilt("1", 1), current, named, built("c", 1)]), "3* 1 b");
  assertEquals(shown("web", [...forged, sealedBuilt("1", 1)]), "1");
  assertEquals(shown("web", [...forged, built("1", 1, { aliases: ["web"] })]), "e f 1*");
});

Deno.test("versionBefore() is the image that the current one names, or the next older one", () => {
  const before = (images: readonly ImageInfo[]) =>
    versionBefore(versionsOf("web", images, SECRET))?.fingerprint[0];
  const three = [built("1", 1), built("2", 2), built("3", 3, { aliases: ["web"], previous: "1" })];
  assertEquals(before(three), "1");
  assertEquals(before(three.slice(1)), "2");
  assertEquals(before([three[2]!]), undefined);
  assertEquals(before([built("1", 1), built("2", 2)]), "2");
});

Deno.test("builtAt() is to the second, and no text of a stranger", () => {
  const at = (built: string, uploadedAt?: string) =>
    builtAt({ properties: { "lxops.built": built }, ...(uploadedAt === undefined ? {} : { uploadedAt }) });
  assertEquals(at("2026-01-31T01:02:03Z"), "2026-01-31T01:02:03Z");
  assertEquals(at("\u001b[2J", "2026-01-31T01:02:03.456+01:00"), "2026-01-31T00:02:03Z");
  assertEquals(at("", "0001-01-01T00:00:00Z"), "");
});
