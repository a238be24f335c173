/** `start` and `restart` of instances whose data another one that runs has. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../fakes/memory_app.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { recorder } from "../fakes/recorder.ts";
import { worldOf } from "../plan/world_spec.ts";

interface Scene {
  readonly file?: string;
  /** The directory of the instance that runs. */
  readonly source?: string;
  readonly status?: string;
  readonly title?: string;
  readonly readonly?: string;
  /** The path at which that instance has it. */
  readonly at?: string;
  readonly own?: string;
}

/** Runs a command about an instance that is stopped, beside one that has a directory at the same path. */
async function ran(args: readonly string[], scene: Scene = {}) {
  const { own = "/d/web/data", source = "/d/web/data", status = "Running", title, file, at = "/data" } =
    scene;
  const disk = { type: "disk", path: "/data" };
  const other = {
    name: "other",
    status,
    expandedDevices: {
      root: { type: "disk", path: "/", pool: "default" },
      data: { ...disk, path: at, source, ...(scene.readonly ? { readonly: scene.readonly } : {}) },
    },
  };
  const world = worldOf({
    instances: [{
      name: "web",
      status: "Stopped",
      config: file === undefined ? {} : { "user.lxops.config": "/c/a.yaml" },
      expandedDevices: {
        root: { type: "disk", path: "/", pool: "default" },
        data: { ...disk, source: own },
      },
    }, ...(title ? [] : [other])],
    ...(title ? { otherDaemon: [other] } : {}),
    paths: { "/c/a.yaml": "file", [own]: "directory", [source]: "directory" },
  });
  const controls = recorder(memoryServer(world));
  const files: Record<string, string> = file === undefined ? {} : { "/c/a.yaml": file };
  const result = await run(args, { world, files, controls: () => controls });
  return { ...result, sent: controls.effects.filter(({ kind }) => kind === "send").length };
}

const config = (pattern: string) =>
  `#lxops-v1\nimage: tiny\nfilesystems: {d: {pattern: ${pattern}}}\n` +
  "devices: {data: {path: /data, filesystem: d}}\n";

for (const args of [["start", "web"], ["restart", "web"], ["instance", "start", "web"]]) {
  Deno.test(`${args.join(" ")} refuses data that an instance has which runs`, async () => {
    const { code, stderr, sent } = await ran(args);
    assertEquals([code, sent], [9, 0], stderr);
    assertStringIncludes(
      stderr,
      'lxops: Cannot start instance "web": instance "other", which runs, has its device "data" ("/d/web/data") already\n' +
        "  Nothing was changed.\n  To stop it first: lxops stop other\n",
    );
  });
}

Deno.test("a shared directory, or one that the other instance does not write to, keeps no instance from starting", async () => {
  const scenes: Scene[] = [
    { status: "Stopped" },
    { readonly: "true" },
    { source: "/d/other/data" },
    { own: "/shared/data", source: "/shared/data" },
    { file: config("/d/web") },
  ];
  for (const scene of scenes) {
    const { code, stderr, sent } = await ran(["start", "web"], scene);
    assertEquals([code, sent], [0, 1], JSON.stringify(scene) + stderr);
  }
});

Deno.test("an instance of the other daemon has the data at whatever path it has it", async () => {
  for (const [title, expected] of [["LXD", 9], [undefined, 0]] as const) {
    const { code, stderr } = await ran(["start", "web"], { at: "/elsewhere", ...(title ? { title } : {}) });
    assertEquals(code, expected, stderr);
  }
});

Deno.test("the configuration tells which directories are an instance's own", async () => {
  const { code, stderr } = await ran(["start", "web"], {
    file: config("/pool/(instance)"),
    own: "/pool/old/data",
    source: "/pool/old/data",
  });
  assertEquals(code, 9, stderr);
  assertStringIncludes(stderr, "Data that both are to have needs a device of its own in both configurations");
  assert(!stderr.includes("--adopt"), stderr);
});

Deno.test("an instance of the other daemon that runs with the same data counts, too", async () => {
  const { code, stderr } = await ran(["start", "web"], { title: "LXD" });
  assertEquals(code, 9, stderr);
  assertStringIncludes(stderr, 'instance "other" of LXD, which runs, has its device "data"');
});

Deno.test("of two that start together, the second is refused", async () => {
  const { code, stderr, sent } = await ran(["start", "other", "web"], { status: "Stopped" });
  assertEquals([code, sent], [9, 0], stderr);
  assertStringIncludes(stderr, 'Cannot start instance "web": instance "other", which is to start, too, has');
});
