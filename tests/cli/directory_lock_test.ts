/** Directories that commands lock against commands of the machine's other daemons. */
import { assertEquals } from "@std/assert";
import type { DirectoryUse } from "../../lib/ports/machine_lock.ts";
import { run } from "../fakes/memory_app.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { recorder } from "../fakes/recorder.ts";
import { worldOf } from "../plan/world_spec.ts";

const FILE = `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  own: {pattern: /d/(instance), destroy: true}
  shared: {pattern: /shared}
devices:
  data: {path: /data, filesystem: own}
  media: {path: /media, filesystem: shared}
`;

/** Runs a command about an instance with a directory of its own and a shared one, and returns what it locks. */
async function lockedBy(args: readonly string[], status?: string): Promise<readonly string[]> {
  const disk = (path: string, source: string) => ({ type: "disk", path, source });
  const world = worldOf({
    instances: status === undefined ? [] : [{
      name: "a",
      status,
      profiles: ["default", "a.lxops"],
      config: { "user.lxops.config": "/c/a.yaml" },
      expandedDevices: {
        root: { type: "disk", path: "/", pool: "default" },
        data: disk("/data", "/d/a/data"),
        media: disk("/media", "/shared/media"),
      },
    }],
    paths: {
      "/c/a.yaml": "file",
      "/d": "directory",
      "/d/a": "directory",
      "/d/a/data": "directory",
      "/shared": "directory",
      "/shared/media": "directory",
    },
  });
  const controls = recorder(memoryServer(world));
  const directories: DirectoryUse[] = [];
  await run(args, { world, files: { "/c/a.yaml": FILE }, controls: () => controls, directories });
  const lines = directories.map(({ directory, own, replaced }) =>
    `${directory}${own ? "" : " shared"}${replaced ? " replaced" : ""}`
  );
  return [...new Set(lines)].sort();
}

const LIVE = ["/d/a/data", "/shared/media shared"];
const ALL = ["/d/a", "/d/a/data", "/shared shared", "/shared/media shared"];
const REPLACED = ALL.map((one) => `${one} replaced`);
const DESTROYED = ["/d/a replaced", "/d/a/data replaced", "/shared shared", "/shared/media shared"];

Deno.test("commands that start an instance or change its data lock its directories", async () => {
  const cases: readonly (readonly [string, string | undefined, readonly string[]])[] = [
    ["start a", "Stopped", LIVE],
    ["restart a", "Running", LIVE],
    ["instance start a", "Stopped", LIVE],
    ["launch a.yaml", undefined, ALL],
    ["up a.yaml", undefined, ALL],
    ["rebuild a.yaml", "Running", ALL],
    ["snapshot -s s a.yaml", "Running", ALL],
    ["rollback -s s a.yaml", "Stopped", REPLACED],
    ["extract a.yaml", undefined, REPLACED],
    ["rename --force a.yaml b", "Stopped", [...REPLACED, "/d/b replaced", "/d/b/data replaced"].sort()],
    ["rebuild --undo-data a.yaml", "Running", REPLACED],
    ["create-devices a.yaml", "Stopped", ALL],
    ["profile apply a.yaml", "Stopped", ALL],
    ["destroy --force a.yaml", "Stopped", DESTROYED],
    ["down --destroy -y a.yaml", "Stopped", DESTROYED],
    ["publish --force a", "Running", LIVE],
    ["shiftids -u 1000000 -g 1000000 /d/a", "Stopped", ["/d/a"]],
  ];
  for (const [line, status, expected] of cases) {
    assertEquals(await lockedBy(line.split(" "), status), expected, line);
  }
});

Deno.test("commands that change no data, and those that are to lock nothing, lock no directories", async () => {
  const cases: readonly (readonly [string, string])[] = [
    ["start --dry-run a", "Stopped"],
    ["start --no-lock a", "Stopped"],
    ["stop a", "Running"],
    ["plan a.yaml", "Running"],
    ["ps", "Running"],
    ["configure a.yaml", "Running"],
    ["publish a", "Stopped"],
    ["rebuild --dry-run a.yaml", "Running"],
  ];
  for (const [line, status] of cases) assertEquals(await lockedBy(line.split(" "), status), [], line);
});
