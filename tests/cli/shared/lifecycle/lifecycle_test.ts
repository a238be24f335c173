import { assert, assertEquals } from "@std/assert";
import { CommandError, InterruptedError, ServerError } from "../../../../lib/base/errors.ts";
import { type LifecycleValues, planOptions } from "../../../../lib/cli/shared/lifecycle/lifecycle.ts";
import { run, type RunOptions } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { noControls, recorder, type RecorderOptions } from "../../../fakes/recorder.ts";
import { worldOf, type WorldSpec } from "../../../plan/world_spec.ts";

const FILES = {
  "/c/a.yaml": "#lxops-v1\nimage: tiny\n",
  "/c/b.yaml": "#lxops-v1\nimage: tiny\n",
  "/c/c.yaml": "#lxops-v1\nimage: tiny\n",
};

function launched(
  args: readonly string[],
  options: RecorderOptions = {},
  more: Partial<RunOptions> = {},
  spec: WorldSpec = {},
) {
  const world = worldOf(spec);
  const controls = recorder(memoryServer(world), options);
  return run(args, { world, files: FILES, controls: () => controls, ...more });
}

/** The daemon refuses to create some instances. */
function refuse(...names: readonly string[]): RecorderOptions {
  return {
    send: ({ path, body }) => {
      const { name } = (body ?? {}) as { name?: string };
      if (path === "/1.0/instances" && names.includes(name!)) {
        throw new ServerError("No space", { status: 500 });
      }
    },
  };
}

Deno.test("launch of one instance that fails says what is left and how to continue", async () => {
  const { code, stdout, stderr } = await launched(
    ["launch", "-name", "x", "-project=default", "a.yaml"],
    refuse("x"),
  );
  assertEquals(code, 4);
  assertEquals(stdout, "");
  assertEquals(
    stderr,
    [
      "lxops: x: Create instance x from tiny: No space",
      "  Left behind: profile x.lxops",
      "  To continue: run the same command again with --resume",
      "",
    ].join("\n"),
  );
});

Deno.test("launch tells after all others which of several instances failed", async () => {
  const { code, stderr } = await launched(["launch", "a.yaml", "b.yaml", "c.yaml"], refuse("a", "c"));
  assertEquals(code, 4);
  assertEquals(stderr.split("\n").slice(-3), [
    "lxops: launch: 2 of 3 failed: a, c",
    "  To continue: run the same command again with --resume, on the files a.yaml c.yaml",
    "",
  ]);
});

Deno.test("launch exits 130 when it was interrupted, whatever else failed before", async () => {
  const interrupted = new AbortController();
  const { code, stderr } = await launched(["launch", "-parallel=1", "a.yaml", "b.yaml", "c.yaml"], {
    send: ({ body }) => {
      const { name } = (body ?? {}) as { name?: string };
      if (name === "a") throw new CommandError("no", { argv: ["x"], code: 1 });
      if (name === "b") {
        interrupted.abort(new InterruptedError("Interrupted"));
        throw interrupted.signal.reason;
      }
    },
  }, { signal: interrupted.signal });
  assertEquals(code, 130);
  assertEquals(stderr.split("\n").filter((line) => line.startsWith("lxops: ")), [
    "lxops: a: Create instance a from tiny: no",
    "lxops: b: Create instance b from tiny: Interrupted",
    "lxops: c: not begun: Interrupted",
    "lxops: launch: 3 of 3 failed: a, b, c",
  ]);
});

Deno.test("launch names all instances where a step before them fails", async () => {
  const filesystem = "filesystems: {d: {pattern: tank/shared}}\n";
  const files = {
    "/c/a.yaml": `${FILES["/c/a.yaml"]}${filesystem}`,
    "/c/b.yaml": `${FILES["/c/b.yaml"]}${filesystem}`,
  };
  const { code, stderr } = await launched(["launch", "a.yaml", "b.yaml"], {
    run: () => ({ code: 1, stderr: "out of space\n" }),
  }, { files });
  assertEquals(code, 5);
  assertEquals(stderr.split("\n"), [
    'lxops: Create dataset tank/shared: "zfs create -o lxops:unowned=tank/shared tank/shared" failed with exit code 1',
    "  | out of space",
    "lxops: launch: 2 of 2 failed: a, b",
    "  To continue: run the same command again with --resume, on the files a.yaml b.yaml",
    "",
  ]);
});

Deno.test("delete gives no advice to resume, which it does not know", async () => {
  const { code, stderr } = await launched(
    ["delete", "a.yaml"],
    {
      send: () => {
        throw new ServerError("It is busy", { status: 400 });
      },
    },
    {},
    { instances: [{ name: "a", status: "Stopped" }] },
  );
  assertEquals([code, stderr], [
    4,
    "lxops: a: Delete instance a: It is busy\n  To continue: run the same command again\n",
  ]);
});

Deno.test("advice never names another instance than the one that was asked for", async () => {
  const world: WorldSpec = { instances: [{ name: "x" }] };
  const cases: [readonly string[], number][] = [
    [["delete", "-name=x", "a.yaml"], 9],
    [["destroy", "-name=x", "a.yaml"], 9],
    [["launch", "-name=x", "a.yaml"], 8],
    [["configure", "-name=y", "a.yaml"], 7],
    [["rebuild", "-name=y", "a.yaml"], 7],
  ];
  for (const [args, expected] of cases) {
    const { code, stderr } = await launched(args, {}, { controls: noControls }, world);
    assertEquals(code, expected, stderr);
    assert(!/a\.yaml|"a"/.test(stderr.replaceAll("--name x a.yaml", "")), stderr);
  }
});

Deno.test("a command plans all instances before it begins, and reports the errors of each", async () => {
  const { code, stderr } = await launched(
    ["delete", "a.yaml", "b.yaml", "c.yaml"],
    {},
    { controls: noControls },
    { instances: [{ name: "a" }, { name: "b", status: "Stopped" }, { name: "c" }] },
  );
  assertEquals([code, stderr], [
    9,
    [
      'lxops: Cannot delete instance "a": it is running',
      '  Cannot delete instance "c": it is running',
      "  Nothing was changed.",
      "  To stop it first, add --force",
      "",
    ].join("\n"),
  ]);
});

for (const value of ["0", "1.5", "-1", "x", ""]) {
  Deno.test(`launch refuses to run so many instances at a time: "${value}"`, async () => {
    const { code } = await launched(["launch", `-parallel=${value}`, "a.yaml"], {}, { controls: noControls });
    assertEquals(code, 2);
  });
}

Deno.test("launch ends at once when it is interrupted while the daemon does not answer", async () => {
  const interrupted = new AbortController();
  const images = () => {
    interrupted.abort(new InterruptedError("Interrupted"));
    return new Promise<never>(() => {});
  };
  const server = { ...memoryServer(worldOf({})), images };
  const { code, stderr } = await launched(["launch", "a.yaml"], {}, {
    controls: noControls,
    signal: interrupted.signal,
    server,
  });
  assertEquals([code, stderr], [130, "lxops: Interrupted\n"]);
});

const NO_FLAGS: LifecycleValues = {
  properties: undefined,
  P: [],
  name: "",
  project: "",
  "dry-run": false,
  parallel: 4,
  "undo-on-failure": false,
  trace: false,
};

Deno.test("planOptions() uses the safe default for missing flags", () => {
  assertEquals(planOptions(NO_FLAGS), {
    resume: false,
    force: false,
    adopt: false,
    all: false,
    stopSeconds: 5,
    readySeconds: 60,
    pauseSeconds: 0,
  });
});

Deno.test("planOptions() takes the values of flags, 0 too", () => {
  const flags = { resume: true, force: true, adopt: true, all: true };
  for (const seconds of [0, 7]) {
    const times = { "wait-stop": seconds, timeout: seconds, "wait-configure": seconds };
    assertEquals(planOptions({ ...NO_FLAGS, ...flags, ...times }), {
      ...flags,
      stopSeconds: seconds,
      readySeconds: seconds,
      pauseSeconds: seconds,
    });
  }
});

Deno.test("planOptions() takes kind and member of a new instance from flags", () => {
  const { vm, member } = planOptions({ ...NO_FLAGS, vm: true, target: "@fast" });
  assertEquals([vm, member], [true, "@fast"]);
});

Deno.test("launch takes properties from the file that it is given", async () => {
  const files = { "/c/a.yaml": "#lxops-v1\nimage: (what)\n", "/c/p.yaml": "what: tiny\n" };
  const { code, stderr } = await launched(["launch", "-properties", "/c/p.yaml", "a.yaml"], {}, { files });
  assertEquals([code, stderr], [0, ""]);
  assertEquals((await launched(["launch", "a.yaml"], {}, { files, controls: noControls })).code, 3);
});

Deno.test("configure with --undo-on-failure does not say that items which were applied were taken back", async () => {
  const files = {
    "/c/a.yaml": "#lxops-v1\nimage: tiny\nostype: alpine\ncloud-config-files: [a.cfg]\n",
    "/c/a.cfg": "#cloud-config\nruncmd: [one, two]\n",
  };
  const { code, stderr } = await launched(
    ["configure", "--undo-on-failure", "a.yaml"],
    {
      exec: () => {
        throw new ServerError("It is busy", { status: 400 });
      },
    },
    { files },
    { instances: [{ name: "a", profiles: ["default", "a.lxops"] }], profiles: [{ name: "a.lxops" }] },
  );
  assertEquals(code, 4, stderr);
  assert(stderr.includes("To continue: run the same command again"), stderr);
  assert(!stderr.includes("taken back"), stderr);
});
