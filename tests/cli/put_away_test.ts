/** Data directories that are gone, or that a rollback which was cut off has moved away. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { PathInfo } from "../../lib/ports/mod.ts";
import { run } from "../fakes/memory_app.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { recorder } from "../fakes/recorder.ts";
import { worldOf } from "../plan/world_spec.ts";

const FILE = `#lxops-v1
image: tiny
filesystems: {d: {pattern: /d/web, destroy: true}}
devices: {data: {path: /data, filesystem: d}}
`;

/** Runs a command about an instance whose data directory does not exist, and counts its changes. */
async function ran(
  args: readonly string[],
  paths: Readonly<Record<string, PathInfo["kind"]>>,
  has: "Stopped" | "Running" | "" = "Stopped",
) {
  const data = { type: "disk", path: "/data", source: "/d/web/data" };
  const world = worldOf({
    instances: has
      ? [{
        name: "web",
        status: has,
        profiles: ["default", "web.lxops"],
        config: { "user.lxops.config": "/c/web.yaml" },
        expandedDevices: { root: { type: "disk", path: "/", pool: "default" }, data },
      }]
      : [],
    profiles: has ? [{ name: "web.lxops", devices: { data } }] : [],
    paths: { "/c/web.yaml": "file", "/d": "directory", ...paths },
  });
  const controls = recorder(memoryServer(world));
  const result = await run(args, { world, files: { "/c/web.yaml": FILE }, controls: () => controls });
  return { ...result, changes: controls.effects.length };
}

const AWAY = { "/d/web.lxops-replaced": "directory", "/d/web.lxops-replaced/data": "directory" } as const;
const STARTS = [["start", "web"], ["up", "web.yaml"], ["rebuild", "web.yaml"], [
  "profile",
  "apply",
  "web.yaml",
]];

for (const args of [...STARTS, ["launch", "--resume", "web.yaml"]]) {
  Deno.test(`${args.join(" ")} makes no empty directory for one that was moved away`, async () => {
    const { code, stderr, changes } = await ran(args, {});
    assertEquals([code, changes], [9, 0], stderr);
    assertStringIncludes(stderr, 'the directory "/d/web/data" of its device "data" does not exist');
    assertStringIncludes(stderr, "move it back");
  });
}

for (const args of [...STARTS, ["create-devices", "web.yaml"]]) {
  Deno.test(`${args.join(" ")} says where a rollback that was cut off left the data`, async () => {
    const { code, stderr, changes } = await ran(args, AWAY);
    assertEquals([code, changes], [9, 0], stderr);
    assertStringIncludes(stderr, '"/d/web.lxops-replaced"');
    assertStringIncludes(stderr, "lxops rollback -s SNAPSHOT --name web ");
    assertStringIncludes(stderr, "mv -T /d/web.lxops-replaced /d/web\n");
    assertEquals(stderr.includes("To begin with empty directories"), false, stderr);
  });
}

Deno.test("launch makes no directory where the data of one is put away", async () => {
  const { code, stderr, changes } = await ran(["launch", "web.yaml"], AWAY, "");
  assertEquals([code, changes], [9, 0], stderr);
  assertStringIncludes(stderr, 'the data of "/d/web" is at "/d/web.lxops-replaced"');
});

Deno.test("plan says where a rollback that was cut off left the data", async () => {
  const { stderr } = await ran(["plan", "web.yaml"], AWAY);
  assertStringIncludes(stderr, 'a run that was cut off has left it at "/d/web.lxops-replaced/data"');
});

Deno.test("delete names data that is put away among what remains", async () => {
  const { stdout, stderr } = await ran(["delete", "web.yaml"], AWAY);
  assertStringIncludes(
    stdout + stderr,
    "remains: directory /d/web.lxops-replaced, left by an interrupted run",
  );
});

Deno.test("up of an instance that runs says that the directory of its device is gone, as plan does", async () => {
  const note =
    'note: web: the directory "/d/web/data" of its device "data" does not exist, so "web" does not start\n';
  for (const command of ["plan", "up"]) {
    const { stderr, changes } = await ran([command, "web.yaml"], {}, "Running");
    assertEquals([stderr, changes], [note, 0]);
  }
});
