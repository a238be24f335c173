import { assertEquals, assertStringIncludes } from "@std/assert";
import { LxopsError } from "../../../../lib/base/errors.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

Deno.test("image diff removes the instance that it made for one image also where it cannot read the other", async () => {
  const world = worldOf({
    images: [{ aliases: ["mine"], fingerprint: "a1" }, { aliases: ["theirs"], fingerprint: "b2" }],
    profiles: [{ name: "default", devices: { root: { type: "disk", path: "/", pool: "default" } } }],
  });
  const memory = memoryServer(world);
  const looked: string[] = [];
  async function* squashfs() {
    yield new TextEncoder().encode("hsqs");
    await Promise.resolve();
  }
  const server: typeof memory = {
    ...memory,
    get: (path) => path.includes("storage-pools") ? Promise.resolve([{ name: "p" }]) : memory.get(path),
    instance: (ref) => Promise.resolve(void looked.push(ref.name)),
    stream: async (path) => {
      if (path.includes("/a1/")) throw new LxopsError("the connection was lost");
      if (path.includes("/b2/")) return squashfs();
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw new LxopsError("the backup was lost");
    },
  };
  const controls = recorder(server);
  const { code, stderr } = await run(["image", "diff", "mine", "theirs"], {
    world,
    server,
    controls: () => controls,
  });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "the connection was lost");
  const paths = controls.effects.map((one) => one.kind === "send" ? one.path : one.kind);
  assertEquals(paths[0], "/1.0/instances");
  assertEquals(looked, [paths[1]?.split("/")[3]]);
});
