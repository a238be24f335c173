import { assertEquals } from "@std/assert";
import { planPrune, prunable } from "../../../lib/plan/image/prune.ts";
import type { ImageInfo } from "../../../lib/ports/mod.ts";
import { built } from "../../support/built_images.ts";

const WEB = [1, 2, 3, 4].map((day) => built(String(day), day, day === 3 ? { aliases: ["web"] } : {}));

function pruned(
  images: readonly ImageInfo[],
  options: { readonly keep?: number; readonly only?: readonly string[]; readonly used?: readonly string[] } =
    {},
): string {
  const instances = (options.used ?? []).map((digit) => ({
    config: { "volatile.base_image": digit.repeat(64) },
  }));
  return prunable(
    { project: "default", keep: options.keep ?? 2, only: options.only ?? [] },
    images,
    instances,
  )
    .map(({ image, internal }) => [image.fingerprint[0], ...internal].join(" ")).join(",");
}

Deno.test("prunable() keeps the newest of each name, and what has a name", () => {
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
  const other = [1, 2].map((day) => built(day === 1 ? "a" : "b", day, { alias: "db" }));
  assertEquals(pruned([...WEB, ...other], { keep: 1 }), "a,2,1");
  assertEquals(pruned([...WEB, ...other], { keep: 1, only: ["db"] }), "a");
});

Deno.test("prunable() takes the packages of a recipe once nothing is built from it any more", () => {
  const [noted, other] = ["web", "db"].map((name) => `${name}@packages`);
  const packages = built("5", 1, { alias: noted!, level: "packages", aliases: ["web@packages"] });
  const older = built("6", 1, { alias: other!, level: "packages" });
  assertEquals(pruned([...WEB, packages, older], { keep: 4 }), "6");
  assertEquals(pruned([packages]), "5 web@packages");
  // Somebody gave it a name.
  assertEquals(pruned([{ ...packages, aliases: ["web@packages", "mine"] }]), "");
});

Deno.test("planPrune() takes names that only lxops uses first, and images only where they have none", () => {
  const packages = built("5", 1, { level: "packages", aliases: ["web@packages"] });
  const steps = planPrune([{ image: packages, alias: "web", internal: ["web@packages"] }], "p");
  assertEquals<unknown>(steps.map(({ effect }) => effect), [
    { kind: "send", method: "DELETE", path: "/1.0/images/aliases/web%40packages?project=p" },
    { kind: "forget", project: "p", fingerprint: "5".repeat(64) },
  ]);
});
