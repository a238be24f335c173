/** Directories that an instance which runs still has after their paths were taken away. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../fakes/memory_app.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { recorder } from "../fakes/recorder.ts";
import { worldOf } from "../plan/world_spec.ts";

const FILE = `#lxops-v1
image: tiny
filesystems: {d: {pattern: /d/web, destroy: true}}
devices: {data: {path: /data, filesystem: d}}
`;

/** Runs a command about a directory, while another instance runs whose directory is not at its path. */
async function ran(
  args: readonly string[],
  { status = "Running", own = "", seen = true, container = "" } = {},
) {
  const disk = (source: string) => ({
    root: { type: "disk", path: "/", pool: "default" },
    data: { type: "disk", path: "/data", source },
  });
  const world = worldOf({
    instances: [
      { name: "other", status, expandedDevices: disk("/d/other/data") },
      ...container === "" ? [] : [{ name: "third", status, expandedDevices: disk("/d/third/data") }],
      ...own === "" ? [] : [{
        name: "web",
        status: own,
        profiles: ["default", "web.lxops"],
        config: { "user.lxops.config": "/c/web.yaml" },
        expandedDevices: disk("/d/web/data"),
      }],
    ],
    directorySnapshots: { "/d/web": ["s"] },
    paths: {
      "/c/web.yaml": "file",
      "/d": "directory",
      "/d/web": "directory",
      "/d/web/data": "directory",
      "/d/web@s": "directory",
    },
  });
  const controls = recorder(memoryServer(world));
  const result = await run(args, {
    world,
    files: { "/c/web.yaml": FILE },
    ...(container === "" ? {} : { container }),
    controls: () => controls,
    mountedInContainers: seen ? ["/d/web"] : [],
  });
  return { ...result, changes: controls.effects.length };
}

const DESTROY = ["destroy", "-y", "--force", "web.yaml"];
const DOWN = ["down", "--destroy", "-y", "web.yaml"];
const ROLLBACK = ["rollback", "-s", "s", "web.yaml"];

Deno.test("destroy and rollback take no directory from a container that runs with it under a path that is gone", async () => {
  for (const args of [DESTROY, DOWN, ROLLBACK]) {
    const { code, stderr, changes } = await ran(args);
    assertEquals([code, changes], [9, 0], stderr);
    assertStringIncludes(stderr, 'is no longer at its path "/d/other/data"');
    assertStringIncludes(stderr, 'Stop "other" first');
  }
});

Deno.test("destroy of an instance that runs itself is possible after it was stopped, where another one may have its data", async () => {
  const { code, stderr, changes } = await ran(DESTROY, { own: "Running" });
  assertEquals([code, changes], [9, 0], stderr);
  assertStringIncludes(stderr, 'Stop "web" first');
});

Deno.test("destroy and rollback go on where no container that runs can have the directory", async () => {
  for (const args of [DESTROY, ROLLBACK]) {
    for (const scene of [{ status: "Stopped" }, { seen: false }]) {
      const { code, stderr } = await ran(args, scene);
      assertEquals(code, 0, stderr);
    }
  }
});

Deno.test("of several instances whose paths are gone, the one is named that has the directory", async () => {
  for (const container of ["third", "third-1"]) {
    const { code, stderr } = await ran(DESTROY, { container });
    assertEquals(code, 9, stderr);
    assertStringIncludes(stderr, 'Stop "third" first');
  }
  // Only the instance itself has it.
  const { code, stderr } = await ran(DESTROY, { container: "web", own: "Running" });
  assertEquals(code, 0, stderr);
});
