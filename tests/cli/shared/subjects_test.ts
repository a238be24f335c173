/** Operands that are files, directories or instances. */
import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../../lib/base/errors.ts";
import type { App } from "../../../lib/cli/command/app.ts";
import { sourcesOf } from "../../../lib/cli/places/sources.ts";
import { subjectsOf } from "../../../lib/cli/shared/subjects.ts";
import type { InstanceInfo, PathInfo } from "../../../lib/ports/mod.ts";
import { memoryHost } from "../../fakes/memory_host.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { worldOf, type WorldSpec } from "../../plan/world_spec.ts";

const info = (kind: PathInfo["kind"], uid = 0): PathInfo => ({ kind, mode: 0o644, uid, gid: 0, size: 0 });

const PATHS = {
  "/c": info("directory"),
  "/c/web": info("directory"),
  "/c/web/lxops.yaml": info("file"),
  "/c/empty": info("directory"),
  "/c/empty/hello.yaml": info("file"),
  "/c/php.yaml": info("file"),
};

function appWith(
  instances: NonNullable<WorldSpec["instances"]>,
  paths: Readonly<Record<string, PathInfo>> = PATHS,
): App {
  const server = memoryServer(worldOf({ instances }));
  const app = {
    host: memoryHost({ cwd: "/c", paths }),
    globals: { remote: "" },
    project: () => Promise.resolve("default"),
    remote: () => Promise.resolve("local"),
    isLocal: () => Promise.resolve(true),
    otherDaemonInstances: () => Promise.resolve({ instances: [], title: "LXD" }),
    warn: () => {},
    // The instances of the daemon in memory are those of its world only.
    server: () =>
      Promise.resolve({
        ...server,
        instance: async ({ name }: { name: string }) =>
          (await server.instances("default")).find((one) => one.name === name),
      }),
    withRemote: (remote: string) => ({ ...app, globals: { remote } }),
  } as unknown as App;
  return app;
}

async function found(operands: readonly string[], app: App) {
  const { files, places } = await subjectsOf(operands, { project: "" }, app);
  return { files, names: places.map((place) => `${place.app.globals.remote}:${place.ref.name}`) };
}

Deno.test("A slash, an end of .yaml and a directory with a configuration make a file; all else is an instance", async () => {
  const app = appWith([]);
  assertEquals(await found(["php.yaml", "./php.yml", "a/b"], app), {
    files: ["php.yaml", "./php.yml", "a/b"],
    names: [],
  });
  assertEquals(await found(["web", "empty", "php", "far:web"], app), {
    files: ["web/lxops.yaml"],
    names: [":empty", ":php", "far:web"],
  });
  assertEquals(await found(["./web", "web/", "."], app), {
    files: ["./web/lxops.yaml", "web/lxops.yaml"],
    names: [],
  });
});

Deno.test("An instance that is named twice counts once", async () => {
  assertEquals(await found(["a", "b", "a", "local:b", "x.yaml", "x.yaml"], appWith([])), {
    files: ["x.yaml"],
    names: [":a", ":b"],
  });
});

Deno.test("A name of both a directory and an instance is refused, with a spelling for each", async () => {
  const app = appWith([{ name: "web" }, { name: "empty" }]);
  const error = await assertRejects(() => found(["web"], app), UsageError, "both a directory");
  assertEquals(error.advice, ["For the directory: ./web", "For the instance: local:web"]);
  assertEquals(await found(["./web", "local:web", "empty"], app), {
    files: ["./web/lxops.yaml"],
    names: [":web", ":empty"],
  });
});

Deno.test("A directory and the instance that was made from it are one thing", async () => {
  const noted = { name: "web", config: { "user.lxops.config": "/c/web/lxops.yaml" } };
  assertEquals(await found(["web"], appWith([noted])), { files: ["web/lxops.yaml"], names: [] });
  const other = { name: "web", config: { "user.lxops.config": "/c/other/web.yaml" } };
  await assertRejects(() => found(["web"], appWith([other])), UsageError, "both a directory");
});

Deno.test("A directory without a configuration is an error that names a file in it", async () => {
  const error = await assertRejects(() => found(["./empty"], appWith([])), UsageError, "no lxops.yaml");
  assertEquals(error.advice, ["Name a file in it: ./empty/hello.yaml"]);
});

Deno.test("Without operands the containers of the working directory are meant", async () => {
  assertEquals(await found([], appWith([])), { files: ["web/lxops.yaml"], names: [] });
  await assertRejects(() => found([], appWith([], {})), UsageError, "No operand is given");
});

Deno.test("Old commands take a directory only with a slash", async () => {
  const { files, places } = await subjectsOf(
    ["web"],
    { project: "", slash: true },
    appWith([{ name: "web" }]),
  );
  assertEquals([files, places.map(({ ref }) => ref.name)], [[], ["web"]]);
});

Deno.test("An instance's noted file is its configuration where others cannot change it", async () => {
  const paths = {
    "/c/php.yaml": info("file"),
    "/tmp/php.yaml": info("file", 1000),
    "/c/open.yaml": { ...info("file"), mode: 0o666 },
  };
  const app = appWith([], paths);
  const one = (name: string, file: string) => ({
    app,
    ref: { project: "default", name },
    info: { config: file === "" ? {} : { "user.lxops.config": file } } as unknown as InstanceInfo,
  });
  const { sources, without } = await sourcesOf([
    one("a", "/c/php.yaml"),
    one("b", "/c/gone.yaml"),
    one("c", ""),
    one("d", "/tmp/php.yaml"),
    one("e", "/c/open.yaml"),
    one("f", "php.yaml"),
  ]);
  assertEquals(sources, [{ file: "/c/php.yaml", project: "default", name: "a" }]);
  assertEquals(without.map(({ ref }) => ref.name), ["b", "c", "d", "e", "f"]);
});
