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
}

/** Runs a command beside an instance that has the data of the directory. */
async function lxops(args: readonly string[], other: Other = {}) {
  const { name = "a2", readonly, config = { "user.lxops.config": OWN }, files = CONFIG } = other;
  const data = {
    type: "disk",
    source: "/c/a/data",
    path: "/usr/local/data",
    ...(readonly === undefined ? {} : { readonly }),
  };
  const profiles = ["default", `${name}.lxops`];
  const instance = { name, status: "Running" as const, config, profiles, expandedDevices: { data } };
  const paths = {
    "/c/a": DIRECTORY,
    "/c/a/data": { ...DIRECTORY, uid: 1000000, gid: 1000000 },
    ...Object.fromEntries(Object.keys(files).map((path) => [path, FILE])),
  };
  const world = { ...worldOf({ instances: [instance] }), paths: new Map(Object.entries(paths)) };
  return await run(args, { world, files, controls: () => recorder(memoryServer(world)) });
}

Deno.test("A second instance is not launched with the data of a directory, whoever has it", async () => {
  for (
    const [args, other] of [
      [["launch"], {}],
      [["up"], {}],
      [["launch", "-name", "b"], { name: "a" }],
      [["launch"], { name: "x", config: {} }],
    ] as const
  ) {
    const { code, stderr } = await lxops([...args, "--dry-run", "a/lxops.yaml"], other);
    assertEquals(code, 9, stderr);
    assertStringIncludes(stderr, 'has its device "data" ("/c/a/data") already');
    assertStringIncludes(stderr, "add --adopt");
  }
});

Deno.test("An instance that was renamed is named where its directory still has the old name", async () => {
  const { stderr } = await lxops(["up", "--dry-run", "./a"]);
  assertStringIncludes(stderr, 'was made from "./a/lxops.yaml"');
  assertStringIncludes(stderr, "add -name a2");
  assertStringIncludes(stderr, 'write "name: a2" into the file');
});

Deno.test("Data of a directory may be shared where the user says so, or read by another instance", async () => {
  for (const [args, other] of [[["--adopt"], {}], [[], { readonly: "true" }]] as const) {
    const { code, stderr } = await lxops(["launch", "--dry-run", ...args, "a"], other);
    assertEquals(code, 0, stderr);
  }
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
