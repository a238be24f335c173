import { assertEquals, assertThrows } from "@std/assert";
import { memoryIo } from "../config/memory_io.ts";
import { loadConfig } from "../../lib/config/load/load.ts";
import { ConfigError, formatIssue } from "../../lib/base/errors.ts";
import { buildInstance, type BuildOptions } from "../../lib/instance/build.ts";
import { defaultName } from "../../lib/instance/patterns/default_name.ts";

async function build(yaml: string, options: Partial<BuildOptions> = {}) {
  const io = memoryIo({ "web.yaml": `#lxops-v1\n${yaml}`, "sub/t.yaml": "#lxops-v1\n" });
  const loaded = await loadConfig("web.yaml", io, {}, { collect: true });
  return buildInstance(loaded, { file: "web.yaml", globals: {}, sets: {}, ...options });
}

async function problems(yaml: string, options: Partial<BuildOptions> = {}): Promise<string[]> {
  try {
    return ((await build(yaml, options)).warnings ?? []).map(formatIssue);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(formatIssue);
    throw error;
  }
}

Deno.test("defaultName() is the base name of the file without its last extension", () => {
  assertEquals(defaultName("/x/web.yaml"), "web");
  assertEquals(defaultName("web"), "web");
  assertEquals(defaultName("a.b.yaml"), "a.b");
});

Deno.test("buildInstance() substitutes every pattern", async () => {
  const instance = await build(
    "image: (img)\norigin: (o)/s\ndevice-origin: (o)@s\nprofile-pattern: p-(instance)\ndevice-owner: (u):(u)\n" +
      "filesystems: {host: {pattern: (root)/(instance)}}\ndevices: {home: {path: /home, filesystem: host, dir: (d)}}\n" +
      "properties: {img: i, o: src, u: 7, root: tank/x, d: y}\n",
  );
  assertEquals(instance.image, "i");
  assertEquals(instance.origin, { name: "src", snapshot: "s" });
  assertEquals(instance.deviceSource, { name: "src", snapshot: "s" });
  assertEquals(instance.ownProfile, "p-web");
  assertEquals(instance.owner, { uid: 7, gid: 7 });
  assertEquals(instance.filesystems.map(({ path }) => path), ["tank/x/web"]);
  assertEquals(instance.devices.map(({ dir }) => dir), ["y"]);
});

Deno.test("buildInstance() takes name and project of the command line before those of the file", async () => {
  const instance = await build("project: p\nimage: (project_instance)\n", { name: "w2", project: "q" });
  assertEquals([instance.name, instance.project, instance.image], ["w2", "q", "q_w2"]);
});

Deno.test("buildInstance() makes the default project explicit", async () => {
  assertEquals((await build("")).project, "default");
});

Deno.test("buildInstance() keeps the first of equal profiles and leaves its own out of the list", async () => {
  const instance = await build("profiles: [a, web.lxops, b, a]\n");
  assertEquals(instance.profiles, ["a", "b"]);
  assertEquals(instance.ownProfile, "web.lxops");
  assertEquals((await build("")).profiles, ["default"]);
});

Deno.test("buildInstance() sorts filesystems and devices so that parents come first", async () => {
  const instance = await build(
    "filesystems:\n  b: {pattern: tank/a/b}\n  a: {pattern: tank/a}\n  d: {pattern: /srv/x}\n" +
      "devices:\n  z: {path: /z, filesystem: a, dir: m/n}\n  y: {path: /y, filesystem: a, dir: m}\n  x: {path: /x, filesystem: a, dir: .}\n",
  );
  assertEquals(instance.filesystems.map(({ id }) => id), ["d", "a", "b"]);
  assertEquals(instance.devices.map(({ name }) => name), ["x", "y", "z"]);
});

Deno.test("buildInstance() uses an absolute dir unchanged, or as a directory of its filesystem", async () => {
  const { devices } = await build(
    "filesystems: {d: {pattern: /srv/(instance)}, z: {pattern: tank/a}}\ndevices:\n" +
      "  a: {path: /a, filesystem: d, dir: /srv/web/sub/}\n  b: {path: /b, filesystem: z, dir: //data//b/}\n  c: {path: /c, dir: /data/c}\n",
  );
  assertEquals(devices.map(({ name, filesystem, dir }) => [name, filesystem, dir]), [
    ["b", undefined, "/data/b"],
    ["c", undefined, "/data/c"],
    ["a", "d", "sub"],
  ]);
});

Deno.test("buildInstance() reads sources as documented", async () => {
  assertEquals((await build("origin: c\n")).origin, { name: "c" });
  assertEquals((await build("origin: p_c\n")).origin, { name: "c", project: "p" });
  assertEquals((await build("origin: p_c/s_1\n")).origin, { name: "c", project: "p", snapshot: "s_1" });
  assertEquals((await build("device-template: t\n")).deviceSource, { name: "t" });
  assertEquals((await build("device-origin: '@s'\nsource-config: sub/t.yaml\n")).deviceSource, {
    snapshot: "s",
  });
});

const PROBLEMS: readonly (readonly [string, string])[] = [
  ["image: (x)", 'web.yaml:2:1 image: There is no property "x"; set it with -P x=VALUE or "property set"'],
  [
    "filesystems: {a: {pattern: tank/(instnace)}}",
    'web.yaml:2:19 filesystems.a.pattern: There is no property "instnace"; did you mean "instance"?',
  ],
  ["profiles: [..]", 'web.yaml:2:12 profiles.0: ".." is reserved'],
  ["profile-pattern: (e)\nproperties: {e: ''}", 'web.yaml:2:1 profile-pattern: "" is empty'],
  [
    "device-owner: 4294967295",
    'web.yaml:2:1 device-owner: Invalid owner "4294967295": use UID:GID, for example 1000000:1000000',
  ],
  ["origin: p_c/", 'web.yaml:2:1 origin: "p_c/" has no snapshot name after its slash, or not a usable one'],
  ["device-template: a b", ""],
  ["device-template: alpine-3.23", ""],
  ["device-template: my_tmpl", ""],
  ["device-template: ..", 'web.yaml:2:1 device-template: ".." is reserved'],
  ["device-template: ../x", 'web.yaml:2:1 device-template: "../x" must not contain "/"'],
  ["device-template: -x", 'web.yaml:2:1 device-template: "-x" must not start with a hyphen'],
  ["device-origin: a@", 'web.yaml:2:1 device-origin: "a@" is not of the form INSTANCE@SNAPSHOT'],
  [
    "device-origin: '@s'",
    'web.yaml:2:1 device-origin: It names no instance, and there is no "source-config" to name one',
  ],
  [
    "properties: {project: x}",
    'web.yaml:2:14 properties.project: warning: "project" is built in; this value is not used',
  ],
  [
    "filesystems: {a: {pattern: /home, destroy: yes}}",
    'web.yaml:2:19 filesystems.a.pattern: "/home" belongs to the system and must not have "destroy: true"',
  ],
  ["filesystems: {a: {pattern: /home}}", ""],
  ["filesystems: {a: {pattern: /home/(instance), destroy: yes}}", ""],
];

for (const [yaml, message] of PROBLEMS) {
  Deno.test(`buildInstance() judges ${JSON.stringify(yaml)}`, async () => {
    assertEquals(await problems(`${yaml}\n`), message === "" ? [] : [message]);
  });
}

Deno.test("buildInstance() names the file where the name is wrong, and how to give another", async () => {
  assertEquals(await problems("", { file: "my.web.yaml" }), [
    'my.web.yaml: The instance name "my.web" may have only letters, digits and hyphens; it comes from the name of the ' +
    "file, --name gives another",
  ]);
  assertEquals(await problems("", { name: "-a" }), [
    'web.yaml: The instance name "-a" must not start with a hyphen',
  ]);
});

Deno.test("buildInstance() reports the problems of loading with its own", async () => {
  assertEquals(await problems("image: (x)\ndevices: {a: {path: /a, filesystem: b}}\n"), [
    'web.yaml:2:1 image: There is no property "x"; set it with -P x=VALUE or "property set"',
    'web.yaml:3:25 devices.a.filesystem: There is no filesystem "b"',
  ]);
});

Deno.test("buildInstance() throws one ConfigError for everything", async () => {
  const io = memoryIo({ "web.yaml": "#lxops-v1\nimage: (x)\norigin: (y)\n" });
  const loaded = await loadConfig("web.yaml", io, {});
  assertThrows(() => buildInstance(loaded, { file: "web.yaml", globals: {}, sets: {} }), ConfigError, '"y"');
});

Deno.test("buildInstance() warns of a device that the container could replace by a link", async () => {
  const text = (readonly: string) =>
    `image: i\nfilesystems:\n  fs: {pattern: /srv/a}\ndevices:\n  all: {path: /all, filesystem: fs, dir: ., readonly: ${readonly}}\n` +
    "  one: {path: /one, filesystem: fs}\n";
  const found = await problems(text("no"));
  assertEquals(found.length, 1);
  assertEquals(found[0]!.includes('Device "one" lies in device "all"'), true, found[0]);
  assertEquals(await problems(text("yes")), []);
});

Deno.test("buildInstance() does not compare directories of filesystems whose patterns it cannot substitute", async () => {
  const found = await problems(
    "filesystems:\n  data: {pattern: tank/(section)/data}\n  log: {pattern: tank/(section)/log}\n" +
      "devices:\n  data: {path: /a, filesystem: data, dir: .}\n  log: {path: /b, filesystem: log, dir: .}\n",
  );
  assertEquals(found.length, 2);
  assertEquals(found.filter((line) => !line.includes('There is no property "section"')), []);
});
