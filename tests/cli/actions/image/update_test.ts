import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { sealFor, sealKey } from "../../../../lib/plan/image/seal.ts";
import type { PathInfo } from "../../../../lib/ports/mod.ts";
import { noControls, recorder } from "../../../fakes/recorder.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { built } from "../../../support/built_images.ts";
import { worldOf } from "../../../plan/world_spec.ts";

Deno.test("image update leaves out images whose notes came with their files, and reads no recipe of theirs", async () => {
  const image = built("1", 1, { aliases: ["web"] });
  const notes = {
    "lxops.key": "k",
    "lxops.recipe": "/c/x.yaml",
    "lxops.base": "f",
    "lxops.base-alias": "tiny",
  };
  const world = worldOf({ images: [{ ...image, properties: { ...image.properties, ...notes } }] });
  const controls = () => recorder(memoryServer(world));
  const files = { "/c/x.yaml": "#lxops-v1\nimage: tiny\nostype: alpine\n" };
  const all = await run(["image", "update"], { world, files, controls });
  assertEquals(all.code, 0);
  assertStringIncludes(all.stderr, "left out, as this user's lxops has not built them here: web;");
  const named = await run(["image", "update", "web"], { world, files, controls });
  assertEquals(named.code, 9);
  assertStringIncludes(named.stderr, "To build it: lxops image build --adopt --alias web FILE");
});

Deno.test("image update continues with other images where a configuration is missing", async () => {
  const path = "/root/.config/lxops/record.key";
  const secret = "5e".repeat(32);
  const images = ["gone", "web"].map((alias, index) => {
    const image = built(String(index + 1), 1, { alias, aliases: [alias] });
    const base = { "lxops.base": "f", "lxops.base-alias": "tiny" };
    const properties = { ...image.properties, "lxops.key": "k", "lxops.recipe": `/c/${alias}.yaml`, ...base };
    return {
      ...image,
      properties: { ...properties, ...sealFor(sealKey(secret, properties), image.fingerprint) },
    };
  });
  const made = worldOf({ images: [...images, { aliases: ["tiny"], fingerprint: "f".repeat(64) }] });
  const own: PathInfo = { kind: "file", mode: 0o600, uid: 0, gid: 0, size: 65 };
  const world = { ...made, paths: new Map([...made.paths, [path, own]]) };
  const files = { "/c/web.yaml": "#lxops-v1\nimage: tiny\nostype: alpine\n", [path]: `${secret}\n` };
  const checked = await run(["image", "update", "--check-only", "-json"], {
    world,
    files,
    controls: noControls,
  });
  assertEquals(JSON.parse(checked.stdout), [
    { alias: "gone", state: "failed" },
    { alias: "web", state: "outdated" },
  ]);
  assertEquals([checked.code === 0, checked.code === 10], [false, false]);
  assertStringIncludes(checked.stderr, "/c/gone.yaml");
});
