/** Pools of configuration files: the image is built first, and the definition has the rest. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type PoolSpec, specText } from "../../../../lib/plan/pool/spec.ts";
import type { PathInfo } from "../../../../lib/ports/mod.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder } from "../../../fakes/recorder.ts";
import { worldOf, type WorldSpec } from "../../../plan/world_spec.ts";
import { SPEC } from "../../../support/pool_commands.ts";

const DIRECTORY: PathInfo = { kind: "directory", mode: 0o755, uid: 0, gid: 0, size: 0 };
const FILE: PathInfo = { ...DIRECTORY, kind: "file", mode: 0o600, size: 10 };

const PROFILES = [
  { name: "default", devices: { root: { type: "disk", path: "/", pool: "default" } } },
  { name: "shared", devices: { srv: { type: "disk", source: "/srv", path: "/srv" } } },
] as const;

const CONFIG = `#lxops-v1
image: tiny
ostype: alpine
profiles: [default, shared]
limits: {memory: 256MiB}
config: {environment.TZ: UTC}
cloud-config-files: [a.cfg]
filesystems: {main: {pattern: "/data/(instance)"}}
devices: {d: {path: /home, filesystem: main}}
ports: ["127.0.0.1:8080:80"]
`;

const FILES = { "/c/a.yaml": CONFIG, "/c/a.cfg": "#cloud-config\nruncmd: [echo made]\n" };

async function lxops(
  line: string,
  files: Readonly<Record<string, string>> = FILES,
  profiles: NonNullable<WorldSpec["profiles"]> = [],
) {
  const paths = new Map(Object.keys(files).map((path) => [path, FILE]));
  for (const path of ["/c/d", "/c/d/a", "/c/d/b"]) {
    if (Object.keys(files).some((file) => file.startsWith(`${path}/`))) paths.set(path, DIRECTORY);
  }
  const daemon = worldOf({ images: [{ aliases: ["tiny"] }], profiles: [...PROFILES, ...profiles] });
  const world = { ...daemon, paths };
  const server = memoryServer(world);
  const controls = recorder(server);
  const outcome = await run(line.split(" "), { world, files, server, controls: () => controls });
  return { ...outcome, effects: controls.effects };
}

function definitionIn(script: string): PoolSpec {
  const [, body = ""] = /-d '(.*)' \/1\.0\/profiles$/m.exec(script) ?? [];
  return JSON.parse(JSON.parse(body).config["user.lxops.pool.spec"]);
}

Deno.test("a dry run of pool create of a file shows the build, the definition and the filling of the pool", async () => {
  const { code, stdout, stderr, effects } = await lxops("pool create --dry-run --size 2 p a.yaml");
  assertEquals([code, effects], [0, []], stderr);
  assertMatch(stdout, /\nlxops query -X POST -alias a [^\n]* \/1\.0\/images\n/);
  const { image, type, profiles, config, devices } = definitionIn(stdout);
  assertEquals({ image, type, profiles, config, devices }, {
    image: "a",
    type: "container",
    profiles: ["default", "shared"],
    config: { "environment.TZ": "UTC", "limits.memory": "256MiB" },
    // Directories and ports of one instance are left out, and those of profiles are hidden.
    devices: { srv: { type: "none" } },
  });
  assertMatch(stdout, /\nlxops pool tend p\n?$/);
});

Deno.test("flags of pool create come before the configuration", async () => {
  const flags = "--profile default --config limits.memory=1GiB --alias ci/x --host-key image";
  const { stdout } = await lxops(`pool create --dry-run --size 2 ${flags} p a.yaml`);
  const { image, profiles, config, hostKeys } = definitionIn(stdout);
  assertEquals({ image, profiles, config, hostKeys }, {
    image: "ci/x",
    profiles: ["default"],
    config: { "environment.TZ": "UTC", "limits.memory": "1GiB" },
    hostKeys: "image",
  });
});

Deno.test("pool create refuses a configuration whose definition would show a secret setting", async () => {
  const { code, stderr, effects } = await lxops("pool create --size 2 p d", {
    "/c/d/lxops.yaml": "#lxops-v1\nimage: tiny\nostype: alpine\nconfig: {user.token: 'x ${TOKEN} y'}\n",
    "/c/d/.env": "TOKEN=s3cr3t-value\n",
  });
  assertEquals([code, effects], [9, []], stderr);
  assertStringIncludes(
    stderr,
    '"user.token" has the value of a secret setting, and the profile lxops-pool-p',
  );
  assertEquals(stderr.includes("s3cr3t"), false);
});

Deno.test("pool create refuses keys that give files of the host, flags of files for images, and several files", async () => {
  const raw = await lxops("pool create --size 2 p a.yaml", {
    ...FILES,
    "/c/a.yaml": `${CONFIG.replace("config: {", "config: {raw.lxc: lxc.mount.entry = /etc etc none bind, ")}`,
  });
  assertEquals([raw.code, raw.effects], [9, []]);
  assertStringIncludes(raw.stderr, 'Cannot make pool "p" of "a.yaml": raw.lxc');
  const flag = await lxops("pool create --size 2 --alias x p tiny");
  assertEquals([flag.code, flag.effects], [2, []]);
  assertStringIncludes(flag.stderr, '--alias is for a configuration file, and "tiny" is an image');
  const several = await lxops("pool create --size 2 p d", {
    "/c/d/a/lxops.yaml": "#lxops-v1\nimage: tiny\n",
    "/c/d/b/lxops.yaml": "#lxops-v1\nimage: tiny\n",
  });
  assertEquals([several.code, several.effects], [2, []]);
});

Deno.test("pool set builds the image of a configuration first, and takes profiles and keys from it", async () => {
  const spec = specText({ ...SPEC, config: { "limits.cpu": "2", "limits.memory": "1GiB" } });
  const pool = { name: "lxops-pool-p", config: { "user.lxops.pool.spec": spec } };
  const { code, stdout, stderr, effects } = await lxops("pool set --dry-run p size=3 image=a.yaml", FILES, [
    pool,
  ]);
  assertEquals([code, effects], [0, []], stderr);
  assertMatch(stdout, /\nlxops query -X POST -alias a [^\n]* \/1\.0\/images\n/);
  const [, body = ""] = /-d '(.*)' \/1\.0\/profiles\/lxops-pool-p$/m.exec(stdout) ?? [];
  const { image, size, profiles, config } = JSON.parse(JSON.parse(body).config["user.lxops.pool.spec"]);
  assertEquals([image, size, profiles, config], ["a", 3, ["default", "shared"], {
    "environment.TZ": "UTC",
    "limits.cpu": "2",
    "limits.memory": "256MiB",
  }]);
  const without = await lxops("pool set --dry-run p image=a.yaml");
  assertEquals([without.code, without.stdout], [7, ""]);
});
