import { assertEquals } from "@std/assert";
import { planPrune, prunable, unsealed } from "../../../lib/plan/image/prune.ts";
import type { ImageInfo } from "../../../lib/ports/mod.ts";
import { built, sealedBuilt, SECRET } from "../../support/built_images.ts";

const WEB = [1, 2, 3, 4].map((day) => sealedBuilt(String(day), day, day === 3 ? { aliases: ["web"] } : {}));

function pruned(
  images: readonly ImageInfo[],
  options: {
    readonly keep?: number;
    readonly only?: readonly string[];
    readonly used?: readonly string[];
    readonly named?: readonly string[];
  } = {},
): string {
  const instances = (options.used ?? []).map((digit) => ({
    config: { "volatile.base_image": digit.repeat(64) },
  }));
  const profiles = (options.named ?? []).map((image) => ({
    config: { "user.lxops.pool.spec": JSON.stringify({ version: 9, image }), "user.user-data": "deadbeef" },
  }));
  return prunable(
    { project: "default", keep: options.keep ?? 2, only: options.only ?? [], secret: SECRET },
    images,
    { instances, profiles },
  )
    .map(({ image, internal }) => [image.fingerprint[0], ...internal].join(" ")).join(",");
}

Deno.test("prunable() keeps the newest images of each name, and images with a name", () => {
  assertEquals(pruned(WEB), "2,1");
  assertEquals(pruned(WEB, { keep: 1 }), "2,1");
  assertEquals(pruned(WEB, { keep: 3 }), "1");
  assertEquals(pruned(WEB, { keep: 4 }), "");
  const named = WEB.map((image) => image.fingerprint[0] === "1" ? { ...image, aliases: ["stable"] } : image);
  assertEquals(pruned(named, { keep: 1 }), "2");
});

Deno.test("prunable() keeps the base of an instance", () => {
  assertEquals(pruned(WEB, { keep: 1, used: ["2", "f"] }), "1");
});

Deno.test("prunable() leaves images alone that lxops did not make, or that were not asked for", () => {
  const foreign = { ...built("f", 1), properties: { "lxops.alias": "web" } };
  assertEquals(pruned([foreign, ...WEB], { keep: 1 }), "2,1");
  const other = [1, 2].map((day) => sealedBuilt(day === 1 ? "a" : "b", day, { alias: "db" }));
  assertEquals(pruned([...WEB, ...other], { keep: 1 }), "a,2,1");
  assertEquals(pruned([...WEB, ...other], { keep: 1, only: ["db"] }), "a");
});

Deno.test("prunable() takes the packages of a recipe once nothing is built from it any more", () => {
  const [noted, other] = ["web", "db"].map((name) => `${name}@packages`);
  const packages = sealedBuilt("5", 1, { alias: noted!, level: "packages", aliases: ["web@packages"] });
  const older = sealedBuilt("6", 1, { alias: other!, level: "packages" });
  assertEquals(pruned([...WEB, packages, older], { keep: 4 }), "6");
  assertEquals(pruned([packages]), "5 web@packages");
  // A user gave it an alias.
  assertEquals(pruned([{ ...packages, aliases: ["web@packages", "mine"] }]), "");
});

Deno.test("prunable() keeps the image that a pool names, by its fingerprint or the start of it", () => {
  assertEquals(pruned(WEB, { keep: 1, named: ["2".repeat(64)] }), "1");
  assertEquals(pruned(WEB, { keep: 1, named: ["1", "tiny"] }), "2");
});

Deno.test("prunable() neither takes nor counts what this user's lxops has not sealed, and keeps the previous image", () => {
  const forged = ["a", "b", "c"].map((digit, index) => built(digit, 20 + index));
  const own = [
    sealedBuilt("1", 1),
    sealedBuilt("2", 2),
    sealedBuilt("3", 3, { aliases: ["web"], previous: "2" }),
  ];
  assertEquals(pruned([...forged, ...own]), "1");
  const options = { project: "default", keep: 2, only: [], secret: SECRET };
  const left = unsealed(options, [...forged, ...own], { instances: [], profiles: [] });
  assertEquals(left.map(({ fingerprint }) => fingerprint[0]), ["c", "b", "a"]);
  // It was rolled back to: those before it stay for another time.
  const back = [sealedBuilt("1", 1), sealedBuilt("2", 2, { aliases: ["web"], previous: "1" })];
  assertEquals(pruned([...back, sealedBuilt("3", 3), sealedBuilt("4", 4)]), "");
});

Deno.test("planPrune() removes internal names first, and then only images without a name", () => {
  const packages = built("5", 1, { level: "packages", aliases: ["web@packages"] });
  const steps = planPrune([{ image: packages, alias: "web", internal: ["web@packages"] }], "p");
  assertEquals<unknown>(steps.map(({ effect }) => effect), [
    { kind: "send", method: "DELETE", path: "/1.0/images/aliases/web%40packages?project=p" },
    { kind: "forget", project: "p", fingerprint: "5".repeat(64) },
  ]);
});
