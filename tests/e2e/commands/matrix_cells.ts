/** The trials of every command on a daemon, in an order in which each finds what it needs. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Cell } from "./matrix_cell.ts";
import { POOL_CELLS } from "./matrix_pools.ts";
import { CI_CELLS } from "./matrix_ci.ts";
import { ADOPT_CELLS } from "./matrix_adopt.ts";
import { IMAGE_CELLS } from "./matrix_images.ts";

const file = "m.yaml";
const VOLUMES = "/1.0/storage-pools/default/volumes/custom";

/** Commands that ask no daemon, and so do the same everywhere. */
export const ASKS_NO_DAEMON: readonly string[] = [
  "version",
  "help",
  "completion",
  "ostypes",
  ...["parse", "print", "explain", "includes", "properties", "cloud-config", "packages", "convert", "formats"]
    .map((name) => `config ${name}`),
  "config schema",
  ...["description", "properties", "filesystems", "devices", "project"].map((name) => `i ${name}`),
  ...["set", "get", "list", "file", "unset"].map((name) => `property ${name}`),
  ...["lint", "plan"].map((name) => `cloudconfig ${name}`),
];

/** Commands with their cells, in the order in which they are tried. */
export const CELLS: readonly (readonly [string, Cell])[] = [
  ["version", async ({ ok, ground }) => assertStringIncludes(await ok("version"), ground.daemon.title)],
  ["help", async ({ ok }) => assertStringIncludes(await ok("help"), "launch")],
  [
    "completion",
    async ({ ok }) => assertStringIncludes(await ok("completion", "bash"), "__complete bash"),
  ],
  ["ostypes", async ({ ok }) => assertStringIncludes(await ok("ostypes"), "alpine")],
  ["config parse", ({ ok }) => ok("config", "parse", file)],
  ["config print", async ({ ok }) => assertStringIncludes(await ok("config", "print", file), "image: tiny")],
  [
    "config explain",
    async ({ ok }) => assertStringIncludes(await ok("config", "explain", file, "image"), file),
  ],
  ["config includes", ({ ok }) => ok("config", "includes", file)],
  ["config properties", ({ ok }) => ok("config", "properties", file)],
  [
    "config cloud-config",
    async ({ ok }) => assertStringIncludes(await ok("config", "cloud-config", file), "m.cfg"),
  ],
  ["config packages", ({ ok }) => ok("config", "packages", file)],
  ["config convert", ({ ok }) => ok("config", "convert", "-o", "new.yaml", file)],
  ["config formats", ({ ok }) => ok("config", "formats")],
  ["config schema", async ({ ok }) => void JSON.parse(await ok("config", "schema"))],
  [
    "init",
    async ({ ok }) =>
      assertStringIncludes(await ok("init", "-json", "-from", "tiny", "fresh"), "fresh/lxops"),
  ],
  [
    "i verify",
    async ({ ok, name }) => assertEquals(await ok("i", "verify", "-name", name, file), `${name}\n`),
  ],
  ["i description", async ({ ok }) => assertEquals(await ok("i", "description", file), "of the matrix\n")],
  ["i properties", ({ ok }) => ok("i", "properties", file)],
  ["i filesystems", ({ ok }) => ok("i", "filesystems", file)],
  ["i devices", ({ ok }) => ok("i", "devices", file)],
  ["i project", ({ ok }) => ok("i", "project", file)],
  [
    "migrate check",
    async ({ ok, name }) =>
      assertStringIncludes(
        await ok("migrate", "check", "-name", name, file),
        `there is no instance "${name}"`,
      ),
  ],
  ["property set", ({ ok }) => ok("property", "set", "a", "b")],
  ["property get", async ({ ok }) => assertEquals(await ok("property", "get", "a"), "b\n")],
  ["property list", async ({ ok }) => assertStringIncludes(await ok("property", "list"), "a")],
  ["property file", ({ ok }) => ok("property", "file")],
  ["property unset", ({ ok }) => ok("property", "unset", "a")],
  ["cloudconfig lint", ({ ok }) => ok("cloudconfig", "lint", "m.cfg")],
  ["cloudconfig plan", ({ ok }) => ok("cloudconfig", "plan", "-ostype", "alpine", "m.cfg")],
  [
    "remote add",
    ({ ok }) => ok("remote", "add", "-protocol", "simplestreams", "pictures", "https://x.example"),
  ],
  ["remote list", async ({ ok }) => assertStringIncludes(await ok("remote", "list"), "pictures")],
  ["remote remove", ({ ok }) => ok("remote", "remove", "pictures")],
  ["project list", async ({ ok, project }) => assertStringIncludes(await ok("project", "list"), project)],
  // Others use the machine meanwhile, and may have made a mess of it.
  ["doctor", async ({ code }) => assert([0, 1].includes(await code("doctor", "-json")))],
  ["query", async ({ ok }) => assertStringIncludes(await ok("query", "/1.0"), "api_extensions")],
  ...IMAGE_CELLS,
  ...POOL_CELLS,
  ["image export", ({ ok, name }) => ok("image", "export", "tiny2", `${name}.img`)],
  ["volume export", async ({ ok, name }) => {
    await ok("query", "-X", "POST", "-d", JSON.stringify({ name: `${name}-v` }), VOLUMES);
    await ok("volume", "export", `default/${name}-v`, `${name}.vol`);
    await ok("query", "-X", "DELETE", `${VOLUMES}/${name}-v`);
  }],
  ["volume import", async ({ ok, name }) => {
    await ok("volume", "import", `default/${name}-w`, `${name}.vol`);
    await ok("query", "-X", "DELETE", `${VOLUMES}/${name}-w`);
  }],
  ["create-profile", ({ ok, name }) => ok("create-profile", "-name", name, file)],
  ["create-devices", ({ ok, name }) => ok("create-devices", "-name", name, file)],
  ["launch", ({ ok, name }) => ok("launch", "-name", name, file)],
  ["instance list", async ({ ok, name }) => assertStringIncludes(await ok("instance", "list"), name)],
  [
    "instance exec",
    async ({ ok, name }) => assertEquals(await ok("instance", "exec", name, "cat", "/etc/m"), "one\n"),
  ],
  ["instance shell", async ({ code, name }) => assertEquals(await code("instance", "shell", name), 2)],
  ["instance wait", ({ ok, name }) => ok("instance", "wait", "-until", "ipv4,exec", name)],
  ["instance check", ({ ok, name }) => ok("instance", "check", name, "--", "true")],
  ["check", async ({ ok, name }) => assertEquals(await ok("check", "-name", name, file), "")],
  [
    "instance profiles",
    async ({ ok, name }) => assertEquals(await ok("instance", "profiles", name), `default\n${name}.lxops\n`),
  ],
  ...ADOPT_CELLS,
  [
    "instance devices",
    async ({ ok, name }) => assertStringIncludes(await ok("instance", "devices", name), "SOURCE"),
  ],
  [
    "instance hwaddr",
    async ({ ok, name }) => assertStringIncludes(await ok("instance", "hwaddr", name), "eth0"),
  ],
  [
    "instance info",
    async ({ ok, name }) => assertStringIncludes(await ok("instance", "info", name), `name: ${name}`),
  ],
  [
    "instance logs",
    async ({ ok, name }) => assertStringIncludes(await ok("instance", "logs", name), "lxc.log"),
  ],
  [
    "instance addresses",
    async ({ ok, name }) => assertStringIncludes(await ok("instance", "addresses"), `,${name}`),
  ],
  ["instance number", ({ ok, name }) => ok("instance", "number", "-f", "n.csv", "-first", "5", name)],
  ["instance idmap", async ({ ok, name }) => assert(/^\d+:\d+\n$/.test(await ok("instance", "idmap", name)))],
  // Another running instance is compared without a change.
  ["instance compare-ids", ({ ok, name }) => ok("instance", "compare-ids", name, name)],
  [
    "instance keep",
    async ({ ok, name }) => {
      await ok("instance", "keep", "-store", "/kept/keep", name, "/etc/hostname");
      assert(/^#lxops-kept-v1/.test(await ok("instance", "exec", name, "cat", "/kept/keep")));
    },
  ],
  [
    "instance cloudconfig",
    ({ ok, name }) => ok("instance", "cloudconfig", "-ostype", "alpine", "-i", name, "m.cfg"),
  ],
  ["file push", ({ ok, name }) => ok("file", "push", "m.cfg", `${name}/etc/pushed`)],
  [
    "file pull",
    async ({ ok, name }) =>
      assertStringIncludes(await ok("file", "pull", `${name}/etc/pushed`), "#cloud-config"),
  ],
  ["image instances", async ({ ok, name }) => assertStringIncludes(await ok("image", "instances"), name)],
  ["configure", ({ ok, name }) => ok("configure", "-name", name, file)],
  ["plan", async ({ code, name }) => assertEquals(await code("plan", "-name", name, file), 0)],
  ["lost", ({ ok, name }) => ok("lost", "-name", name, file)],
  ["status", async ({ code, name }) => assertEquals(await code("status", "--guest", "-name", name, file), 0)],
  ["up", async ({ ok, name }) => assertEquals(await ok("up", "-name", name, file), `${name}: up to date\n`)],
  ["ps", async ({ ok, name }) => assertStringIncludes(await ok("ps", name), "Running")],
  ["logs", ({ ok, name }) => ok("logs", name)],
  ["exec", async ({ ok, name }) => assertEquals(await ok("exec", name, "cat", "/etc/m"), "one\n")],
  ["shell", async ({ code, name }) => assertEquals(await code("shell", name), 2)],
  ["top", async ({ ok, name }) => assertStringIncludes(await ok("top", name), "PID")],
  ["cp", async ({ ok, name }) => {
    await ok("cp", "m.cfg", `${name}:/etc/copied`);
    assertEquals(await ok("exec", name, "head", "-n", "1", "/etc/copied"), "#cloud-config\n");
  }],
  ["instance set", ({ ok, name }) => ok("instance", "set", name, "user.matrix=1")],
  [
    "instance get",
    async ({ ok, name }) => assertEquals(await ok("instance", "get", name, "user.matrix"), "1\n"),
  ],
  ["run", async ({ ok }) => assertEquals(await ok("run", "tiny", "--", "echo", "here"), "here\n")],
  ...CI_CELLS,
  ["create", ({ ok, name }) => ok("create", "tiny", `${name}c`)],
  ["instance copy", ({ ok, name }) => ok("instance", "copy", `${name}c`, `${name}d`)],
  ["down", async ({ ok, code, name }) => {
    await ok("down", `${name}c`, `${name}d`);
    assertEquals(await code("instance", "info", `${name}d`), 7);
  }],
  [
    "profile list",
    async ({ ok, name }) => assertStringIncludes(await ok("profile", "list", "-name", name, file), name),
  ],
  [
    "profile diff",
    async ({ ok, name }) => assertEquals(await ok("profile", "diff", "-name", name, file), ""),
  ],
  ["profile apply", async ({ ok, code, name }) => {
    const own = `/1.0/instances/${name}`;
    await ok("query", "-X", "PATCH", "-d", JSON.stringify({ profiles: [`${name}.lxops`, "default"] }), own);
    assertEquals(await code("profile", "diff", "-name", name, file), 10);
    await ok("profile", "apply", "-name", name, file);
    assertEquals(await code("profile", "diff", "-name", name, file), 0);
    await ok("query", "-X", "PATCH", "-d", JSON.stringify({ profiles: [`${name}.lxops`, "default"] }), own);
  }],
  ["profile reorder", async ({ ok, code, name }) => {
    await ok("profile", "reorder", "-name", name, file);
    assertEquals(await code("profile", "diff", "-name", name, file), 0);
  }],
  ["profile exists", async ({ ok, code, name }) => {
    assertEquals(await ok("profile", "exists", "default"), "default\n");
    assertEquals(await code("profile", "exists", `${name}-not`), 1);
  }],
  ["profile export", ({ ok, name }) => ok("profile", "export", `${name}.lxops`)],
  ["profile import", ({ ok, name }) => ok("profile", "import", `${name}.lxops`)],
  ["snapshot", ({ ok, name }) => ok("snapshot", "-c", "-s", "s1", "-name", name, file)],
  ["publish", ({ ok, name }) => ok("publish", "-alias", `${name}-p`, name, "s1")],
  ["image build", ({ ok, name }) => ok("image", "build", "-alias", `${name}-b`, file)],
  ["rollback", ({ ok, name }) => ok("rollback", "-c", "-s", "s1", "-name", name, file)],
  ["export", ({ ok, name }) => ok("export", "-d", "exported", "-name", name, file)],
  ["copy-filesystems", async ({ ok, code, name, isRemote }) => {
    const copy = ["copy-filesystems", "-from-container", name, "-container", `${name}k`, file];
    assertEquals(await code(...copy), isRemote ? 9 : 0);
    if (!isRemote) await ok("destroy", "-name", `${name}k`, file);
  }],
  ["rebuild", async ({ ok, name }) => {
    await ok("query", "-X", "DELETE", `/1.0/instances/${name}/snapshots/s1`);
    await ok("rebuild", "-keep-old", "-name", name, file);
  }],
  ["prune", async ({ ok, ground, name }) => {
    await ok("prune", "-name", name, file);
    assertEquals(await ground.beside(name), []);
  }],
  ["import", async ({ ok, name }) => {
    await ok("destroy", "-force", "-name", name, file);
    await ok("import", "-d", "exported", "-name", name, file);
    await ok("launch", "-name", name, file);
  }],
  ["instance restart", ({ ok, name }) => ok("instance", "restart", "-until", "exec", name)],
  ["instance stop", ({ ok, name }) => ok("instance", "stop", name)],
  ["instance start", async ({ ok, name }) => {
    await ok("instance", "start", "-until", "exec", "-P", `name=${name}`, name);
    await ok("instance", "start", name);
    await ok("instance", "stop", name);
  }],
  ["start", ({ ok, name }) => ok("start", name)],
  ["pause", ({ ok, name }) => ok("pause", name)],
  ["unpause", ({ ok, name }) => ok("unpause", name)],
  ["restart", ({ ok, name }) => ok("restart", name)],
  ["kill", ({ ok, name }) => ok("kill", name)],
  ["stop", async ({ ok, name }) => {
    await ok("start", name);
    await ok("stop", name);
    assertStringIncludes(await ok("ps", name), "Stopped");
  }],
  ["extract", ({ ok, name }) => ok("extract", "-name", name, file)],
  ["instance content", async ({ ok, name }) => {
    const backups = `/1.0/instances/${name}/backups`;
    const backup = {
      name: "b",
      instance_only: true,
      optimized_storage: false,
      compression_algorithm: "none",
    };
    await ok("query", "-X", "POST", "-d", JSON.stringify(backup), backups);
    assertStringIncludes(await ok("instance", "content", "-backup", "b", name, "/etc"), "ustar");
    await ok("query", "-X", "DELETE", `${backups}/b`);
  }],
  ["shiftids", async ({ ok, code, ground }) => {
    const directory = `${ground.dir}/ids`;
    await Deno.mkdir(directory, { recursive: true });
    const shift = ["shiftids", "-u", "1000000", "-g", "1000000", directory];
    if (Deno.uid() !== 0) return assert(await code(...shift) !== 0);
    await ok(...shift);
    assertEquals((await Deno.stat(directory)).uid, 1000000);
  }],
  ["rename", async ({ ok, name }) => {
    await ok("rename", "-name", name, file, `${name}r`);
    await ok("rename", "-name", `${name}r`, file, name);
  }],
  ["delete", ({ ok, name }) => ok("delete", "-name", name, file)],
  ["destroy", async ({ ok, code, name }) => {
    await ok("launch", "-name", name, file);
    await ok("destroy", "-force", "-name", name, file);
    assertEquals(await code("instance", "info", name), 7);
  }],
  ["image delete", async ({ ok, project, name }) => {
    await ok("image", "delete", `${name}-p`, `${name}-b`);
    // In the default project it is the image that all tests use.
    if (project === "default") await ok("image", "alias", "delete", `${name}-c`);
    else await ok("image", "delete", `${name}-c`);
  }],
  ["image import", async ({ ok, name }) => {
    await ok("image", "import", "-alias", `${name}-i`, `${name}.img`);
    await ok("image", "alias", "delete", `${name}-i`);
  }],
];
