import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { recorder } from "../../../fakes/recorder.ts";
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
