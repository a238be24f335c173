/** Tests of the messages of `plan` and `up` about edits that change no existing instance. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { noControls } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

/** Runs a command about a file of which an instance was made. */
async function ran(args: readonly string[], file: string, pattern?: string) {
  const world = worldOf({
    instances: [{
      name: "web",
      profiles: ["default", "web.lxops"],
      devices: {},
      ...(pattern ? { expandedDevices: { data: { type: "disk", path: "/data", source: pattern } } } : {}),
      config: { "user.lxops.config": "/c/a.yaml", "user.lxops.image": "tiny", "volatile.base_image": "f1" },
    }],
    profiles: [{ name: "default" }, {
      name: "web.lxops",
      ...(pattern
        ? {
          devices: { data: { type: "disk", path: "/data", source: pattern } },
          config: { "user.lxops.devices": "data" },
        }
        : {}),
    }],
    images: [{ aliases: ["tiny"], fingerprint: "f1" }],
    paths: { "/c/a.yaml": "file", "/d": "directory", ...(pattern ? { [pattern]: "directory" } : {}) },
  });
  const files = { "/c/a.yaml": `#lxops-v1\nimage: tiny\n${file}` };
  return await run([...args, "a.yaml"], { world, files, controls: noControls });
}

Deno.test("an edited name leaves the old instance, which plan, up and down say, with the commands", async () => {
  const note =
    '"web" was made from this file, too, and stays; to delete it: lxops down web; to give it the name ' +
    '"shop" instead: lxops rename --name web a.yaml shop';
  const plan = await ran(["plan"], "name: shop\n");
  assertEquals([plan.code, plan.stderr], [10, `note: ${note}\n`]);
  const up = await ran(["up", "--dry-run"], "name: shop\n");
  assertStringIncludes(up.stdout, note);
  for (const args of [["down"], ["down", "--destroy", "-y"], ["delete"]]) {
    const down = await ran([...args, "--dry-run"], "name: shop\n");
    assertEquals(down.code, 0, down.stderr);
    assertStringIncludes(down.stdout, `# note: ${note}\n`);
  }
  assertEquals(
    (await ran(["delete", "-name", "shop"], "name: shop\n")).stderr.includes("was made from"),
    false,
  );
  for (const args of [["plan", "-name", "shop"], ["plan", "-name", "web"]]) {
    assertEquals((await ran(args, "name: shop\n")).stderr, "");
  }
});

Deno.test("plan says that a device moves only with --move-devices, where its data stays", async () => {
  const file = (at: string) =>
    `name: web\nfilesystems: {data: {pattern: ${at}}}\ndevices: {data: {path: /data, dir: ., filesystem: data}}\n`;
  const moved = await ran(["plan"], file("/d/new"), "/d/old");
  assertEquals(moved.code, 10, moved.stderr);
  assertStringIncludes(moved.stdout, ", takes --move-devices, as the data stays where it is)");
  const up = await ran(["up"], file("/d/new"), "/d/old");
  assertEquals([up.code, up.stdout], [9, ""]);
  assertStringIncludes(up.stderr, "--move-devices");
  const same = await ran(["plan"], file("/d/old"), "/d/old");
  assertEquals([same.code, same.stdout.split("\n")[0]], [0, "web: up to date"], same.stdout);
});
