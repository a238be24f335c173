/** The data of a container's own directory, which one instance has, and its settings, which commands need. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { PathInfo } from "../../lib/ports/mod.ts";
import { run } from "../fakes/memory_app.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { recorder } from "../fakes/recorder.ts";
import { worldOf } from "../plan/world_spec.ts";

const DIRECTORY: PathInfo = { kind: "directory", mode: 0o755, uid: 0, gid: 0, size: 0 };
const FILE: PathInfo = { ...DIRECTORY, kind: "file", mode: 0o600, size: 10 };
const OWN = "/c/a/lxops.yaml";
const CONFIG = { [OWN]: "#lxops-v1\nimage: tiny\nostype: alpine\n" };

interface Other {
  readonly name?: string;
  readonly readonly?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** The directory, as the other instance names it. */
  readonly source?: string;
  readonly status?: "Running" | "Stopped";
  readonly realPaths?: ReadonlyMap<string, string>;
  /** The other instance has mounted the directory. */
  readonly mounts?: true;
  /** The instance of the directory, which exists. */
  readonly own?: { readonly status: "Running" | "Stopped" };
}

/** Runs a command beside an instance that has the data of the directory. */
async function lxops(args: readonly string[], other: Other = {}) {
  const { name = "a2", readonly, config = { "user.lxops.config": OWN }, files = CONFIG } = other;
  const { source = "/c/a/data", status = "Running", realPaths, own } = other;
  const data = {
    type: "disk",
    source,
    path: "/usr/local/data",
    ...(readonly === undefined ? {} : { readonly }),
  };
  const profiles = ["default", `${name}.lxops`];
  const instances = [
    { name, status, config, profiles, expandedDevices: { data } },
    ...(own
      ? [{
        name: "a",
        ...own,
        config: { "user.lxops.config": OWN, "user.lxops.image": "tiny" },
        profiles: ["default", "a.lxops"],
        expandedDevices: { data: { ...data, source: "/c/a/data" } },
      }]
      : []),
  ];
  const paths = {
    "/c/a": DIRECTORY,
    "/c/a/data": { ...DIRECTORY, uid: 1000000, gid: 1000000 },
    ...Object.fromEntries(Object.keys(files).map((path) => [path, FILE])),
  };
  const world = {
    ...worldOf({ instances }),
    paths: new Map(Object.entries(paths)),
    ...(realPaths ? { realPaths } : {}),
  };
  return await run(args, {
    world,
    files,
    controls: () => recorder(memoryServer(world)),
    mountedInContainers: other.mounts ? ["/c/a/data"] : [],
  });
}

Deno.test("A second instance is not launched with the data of a directory, whichever instance has it", async () => {
  for (
    const [args, other] of [
      [["launch"], {}],
      [["up"], {}],
      [["launch", "-name", "b"], { name: "a" }],
      [["launch"], { name: "x", config: {} }],
      [["launch"], { status: "Stopped" }],
      [["launch", "--adopt"], {}],
      [["up", "--adopt"], {
        name: "x",
        config: { "user.lxops.config": "/c/x/lxops.yaml" },
        status: "Stopped",
      }],
    ] as const
  ) {
    const { code, stderr } = await lxops([...args, "--dry-run", "a/lxops.yaml"], other);
    assertEquals(code, 9, stderr);
    assertStringIncludes(stderr, 'has its device "data" ("/c/a/data") already');
    assert(!stderr.includes("--adopt"), stderr);
    assertStringIncludes(stderr, `lxops down ${"name" in other ? other.name : "a2"}, which keeps data`);
  }
});

Deno.test("A directory that was moved is not another instance's as long as one runs that has it mounted", async () => {
  const moved: Other = { source: "/c/old/data", config: { "user.lxops.config": "/c/old/lxops.yaml" } };
  for (const command of ["launch", "up"]) {
    const { code, stderr } = await lxops([command, "--dry-run", "./a"], { ...moved, mounts: true });
    assertEquals(code, 9, stderr);
    assertStringIncludes(stderr, '("/c/a/data") already: as "/c/old/data", which was moved there');
    assertStringIncludes(stderr, 'write "name: a2" into "./a/lxops.yaml"');
  }
  const unlike: readonly Other[] = [{}, { mounts: true, status: "Stopped" }];
  for (const other of unlike) {
    const { code, stderr } = await lxops(["launch", "--dry-run", "./a"], { ...moved, ...other });
    assertEquals(code, 0, stderr);
  }
  const { code, stderr } = await lxops(["up", "--dry-run", "--adopt", "./a"], { ...moved, mounts: true });
  assertEquals(code, 9, stderr);
  assertStringIncludes(stderr, "lxops down a2, which keeps data");
});

Deno.test("The data of a directory is the same by whatever links its path goes", async () => {
  const realPaths = new Map([["/link/data", "/c/a/data"], ["/c/a/data", "/c/a/data"]]);
  const { code, stderr } = await lxops(["launch", "--dry-run", "a"], { source: "/link/data", realPaths });
  assertEquals(code, 9, stderr);
  assertStringIncludes(stderr, 'has its device "data" ("/c/a/data") already');
});

Deno.test("An instance that is stopped is not started, nor rebuilt, while another one runs with its data", async () => {
  const commands = [["up", "start"], ["rebuild", "rebuild"]] as const;
  for (const [command, action] of commands) {
    const args = [command, "--dry-run", "a"];
    const { code, stderr } = await lxops(args, { own: { status: "Stopped" } });
    assertEquals(code, 9, stderr);
    assertStringIncludes(
      stderr,
      `Cannot ${action} instance "a": instance "a2", which runs, has its device "data"`,
    );
    const allowed: readonly [readonly string[], Other][] = [
      [[], { own: { status: "Stopped" }, status: "Stopped" }],
      [[], { own: { status: "Running" } }],
    ];
    const adopted = await lxops([...args, "--adopt"], { own: { status: "Stopped" } });
    assertEquals(adopted.code, 9, adopted.stderr);
    for (const [more, other] of allowed) {
      const { code, stderr } = await lxops([...args, ...more], other);
      assertEquals(code, 0, stderr);
    }
  }
});

Deno.test("An instance that was renamed is named where its directory still has the old name", async () => {
  const { stderr } = await lxops(["up", "--dry-run", "./a"]);
  assertStringIncludes(stderr, 'was made from "./a/lxops.yaml"');
  assertStringIncludes(stderr, "add --name a2");
  assertStringIncludes(stderr, 'write "name: a2" into the file');
  assertStringIncludes(stderr, 'the name "a" instead: lxops rename --name a2 ./a/lxops.yaml a');
});

Deno.test("Data of a directory may be read by another instance", async () => {
  const { code, stderr } = await lxops(["launch", "--dry-run", "a"], { readonly: "true" });
  assertEquals(code, 0, stderr);
});

Deno.test("rename says that the file still means the old name", async () => {
  const { code, stdout, stderr } = await lxops(["rename", "--dry-run", "--force", "a/lxops.yaml", "b"], {
    name: "a",
  });
  assertEquals(code, 0, stderr);
  assertStringIncludes(
    stdout + stderr,
    '"a/lxops.yaml" still means "a", like its directory; write "name: b"',
  );
});

Deno.test("configure refuses settings that cannot be read, as up does, and delete does without them", async () => {
  const files = {
    ...CONFIG,
    "/c/a/.env": "TOKEN='no end\n",
    "/c/a/bootstrap.sh": "#!/bin/sh\necho $TOKEN\n",
  };
  const own = { name: "a", files };
  for (const command of ["configure", "up"]) {
    const { code, stderr } = await lxops([command, "--dry-run", "a/lxops.yaml"], own);
    assertEquals(code, 3, stderr);
    assertStringIncludes(stderr, "a/.env:1");
    assert(!stderr.includes("no end"), stderr);
  }
  const { code, stderr } = await lxops(["delete", "--force", "--dry-run", "a/lxops.yaml"], own);
  assertEquals(code, 0, stderr);
});
