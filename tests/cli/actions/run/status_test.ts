import { assertEquals, assertStringIncludes } from "@std/assert";
import { ServerError } from "../../../../lib/base/errors.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder, type RecorderOptions } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

async function ran(...args: readonly string[]) {
  return await ranWith({}, ...args);
}

interface Failing extends RecorderOptions {
  /** The daemon does not tell of instances. */
  readonly isAway?: () => boolean;
  /** The log of the instance. */
  readonly log?: string;
}

async function ranWith({ isAway = () => false, log = "", ...options }: Failing, ...args: readonly string[]) {
  const world = worldOf({
    paths: { "/c": "directory", "/c/old.json": "file" },
    images: [{ aliases: ["tiny"] }],
    profiles: [{ name: "default", devices: { root: { type: "disk", path: "/", pool: "default" } } }],
  });
  const server = memoryServer(world);
  const instance: typeof server.instance = (ref) =>
    isAway() ? Promise.reject(new ServerError("Fake is away")) : server.instance(ref);
  const getBytes = (path: string) =>
    Promise.resolve(path.includes("/instances/r/logs/") ? new TextEncoder().encode(log) : undefined);
  const controls = recorder({ ...server, instance, getBytes }, options);
  const outcome = await run(["run", "-name", "r", ...args, "tiny", "true"], {
    world,
    server,
    controls: () => controls,
  });
  return { ...outcome, effects: controls.effects };
}

Deno.test("run empties the file of --status-file before anything else, and writes the end into it", async () => {
  const { effects } = await ran("-status-file", "old.json");
  const [first, ...others] = effects.map((one) => one.kind === "write" ? [one.path, one.text] : one.kind);
  assertEquals(first, ["/c/old.json", ""]);
  assertEquals(others.at(-1), [
    "/c/old.json",
    '{"version":1,"instance":"r","by":"program","code":0}\n',
  ]);
  const made = await ran("-status-file", "new.json");
  assertEquals(made.effects[0]?.kind === "write" && [made.effects[0].path, made.effects[0].text], [
    "/c/new.json",
    "",
  ]);
  const shown = await ran("-dry-run", "-status-file", "old.json");
  assertEquals(shown.effects, []);
});

Deno.test("run tells how to remove the instance that --keep keeps, and says nothing where none is kept", async () => {
  assertStringIncludes(
    (await ran("-keep", "always")).stderr,
    'lxops: note: instance "r" is kept (--keep always)\n  To look into it: lxops shell r\n' +
      "  To remove it: lxops run --discard r\n",
  );
  assertEquals((await ran("-keep", "on-failure")).stderr, "");
  assertEquals((await ran("-keep", "always", "-dry-run")).stderr, "");
});

Deno.test("run names the instance that it could not remove after a failure, and the command that does", async () => {
  let isAway = false;
  const exec = () => {
    isAway = true;
    throw new ServerError("Fake stopped");
  };
  const left = 'Instance "r" is left, and its program may still run\n  To remove it: lxops run --discard r\n';
  const { code, stderr } = await ranWith({ exec, isAway: () => isAway });
  assertEquals(code, 125);
  assertStringIncludes(stderr, left);
  assertEquals((await ranWith({ exec, isAway: () => false })).stderr.includes("is left"), false);
});

Deno.test("run makes no instance where --status-file could not be written in the end", async () => {
  for (
    const [path, said] of [["none/s.json", 'there is no directory "/c/none"'], [
      ".",
      '"." is a directory',
    ]] as const
  ) {
    const { code, stderr, effects } = await ran("-status-file", path);
    assertEquals([code, effects], [125, []]);
    assertStringIncludes(stderr, `--status-file: ${said}`);
  }
});

Deno.test("run writes its end into the file of --status-file where it fails before its instance is made", async () => {
  const ends = async (...args: readonly string[]) => {
    const { code, effects } = await ran("-status-file", "old.json", ...args);
    assertEquals(code, 125);
    return effects.map((one) => one.kind === "write" ? one.text : one.kind);
  };
  const written = ["", '{"version":1,"instance":"","by":"lxops","code":125}\n'];
  assertEquals(await ends("-config", "raw.lxc"), written);
  assertEquals(await ends("-env-file", "none.env"), written);
  assertEquals((await ran("-status-file", "old.json", "-config", "raw.lxc", "-dry-run")).effects, []);
});

Deno.test("run shows the errors in the log of an instance that did not start, which goes with it", async () => {
  const log = "lxc r 20261130 ERROR conf - conf.c:1:f - No such file or directory - Failed to mount /x\n" +
    Array.from({ length: 9 }, (_, index) => `lxc r 20261130 ERROR start - ${index}\n`).join("");
  const { code, stderr } = await ranWith({
    log,
    send: ({ path }) => {
      if (path.endsWith("/state")) {
        throw new ServerError("Failed to run: forkstart: exit status 1", { status: 400 });
      }
    },
  });
  assertEquals(code, 125);
  assertStringIncludes(stderr, "| conf - conf.c:1:f - No such file or directory - Failed to mount /x\n");
});
