import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { StateError } from "../../../lib/base/errors.ts";
import { isSealed, sealFor, sealing, sealKey, withOwnNotes } from "../../../lib/plan/image/seal.ts";
import { updatable } from "../../../lib/plan/image/update.ts";
import type { ImageInfo } from "../../../lib/ports/mod.ts";
import type { Effect } from "../../../lib/step/step.ts";
import { built } from "../../support/built_images.ts";

const SECRET = "5e".repeat(32);

function image(properties: ImageInfo["properties"], digit = "1"): ImageInfo {
  const notes = {
    "lxops.key": "k",
    "lxops.recipe": "/c/web.yaml",
    "lxops.base": "f",
    "lxops.base-alias": "tiny",
  };
  const made = built(digit, 1, { aliases: ["web"] });
  return { ...made, properties: { ...made.properties, ...notes, ...properties } };
}

function sealed(one: ImageInfo, secret = SECRET): ImageInfo {
  const seal = sealFor(sealKey(secret, one.properties), one.fingerprint);
  return { ...one, properties: { ...one.properties, ...seal } };
}

Deno.test("a seal holds for the notes, the image and the user that it was made for", () => {
  const own = sealed(image({ os: "alpine" }));
  assertEquals(isSealed(own, SECRET), true);
  assertEquals(
    isSealed({ ...own, properties: { ...own.properties, os: "debian", "lxops.commit": "" } }, SECRET),
    true,
  );
  assertEquals(
    isSealed({ ...own, properties: { ...own.properties, "lxops.recipe": "/tmp/x.yaml" } }, SECRET),
    false,
  );
  assertEquals(isSealed({ ...own, properties: { ...own.properties, "lxops.options": "{}" } }, SECRET), false);
  assertEquals(isSealed({ ...own, fingerprint: "2".repeat(64) }, SECRET), false);
  assertEquals([isSealed(own, undefined), isSealed(own, "5f".repeat(32)), isSealed(image({}), SECRET)], [
    false,
    false,
    false,
  ]);
});

Deno.test("update follows no notes that came with an imported image", () => {
  const imported = image({ "lxops.recipe": "/tmp/x.yaml", "lxops.seal": "0".repeat(64), os: "alpine" });
  const [seen] = withOwnNotes([imported], SECRET);
  assertEquals(seen?.properties, { os: "alpine" });
  assertEquals(updatable([], [seen!]), []);
  const { message } = assertThrows(() => updatable(["web"], [seen!], new Set(["web"])), StateError);
  assertStringIncludes(message, "does not follow what others have noted on it");
  const own = sealed(image({}));
  assertEquals(updatable([], withOwnNotes([own], SECRET)).map(({ built }) => built?.recipe), ["/c/web.yaml"]);
});

Deno.test("sealing() gives the steps that publish an image the key of its notes", () => {
  const effect: Effect = {
    ...{ kind: "publish", project: "p", alias: "web", moves: true, notes: { "lxops.key": "k" } },
    ...{ method: "POST", path: "/1.0/images", body: {} },
  };
  const plan = { instance: { project: "p", name: "web" }, steps: [{ title: "Publish", effect }] };
  assertEquals<unknown>(sealing(plan, SECRET).steps[0]?.effect, {
    ...effect,
    seal: sealKey(SECRET, { "lxops.key": "k" }),
  });
  assertEquals(sealing(plan, undefined), plan);
});
