import { assertEquals, assertRejects } from "@std/assert";
import { originOf, originsOf, shownPath } from "../../../lib/config/load/origins.ts";
import { overrides } from "../../../lib/config/load/overrides.ts";
import { loadConfig, makeLoader } from "../../../lib/config/load/load.ts";
import { ConfigError, formatIssue, type Location } from "../../../lib/base/errors.ts";
import { memoryIo } from "../memory_io.ts";

function place(location: Location | undefined): string | undefined {
  return location && `${location.file}:${location.line}:${location.column}`;
}

const FILES = {
  "web.yaml":
    "#lxops-v1\ninclude: [lib/base.yaml]\nimage: a\nprofiles: [web]\ndevices:\n  home: {path: /home, filesystem: host}\nproperties: {a.b: c}\n",
  "lib/base.yaml":
    "#lxops-v1\nostype: alpine\nprofiles: [default]\nfilesystems:\n  host:\n    pattern: tank/(instance)\nlxc-options: [--vm]\ncloud-config-files: [x.cfg]\n",
  "lib/x.cfg": "",
};

Deno.test("originOf() says where each merged value is written", async () => {
  const loaded = await loadConfig("web.yaml", memoryIo(FILES), {});
  assertEquals(place(originOf(loaded, "image")), "web.yaml:3:1");
  assertEquals(place(originOf(loaded, "ostype")), "lib/base.yaml:2:1");
  assertEquals(place(originOf(loaded, "profiles.0")), "lib/base.yaml:3:12");
  assertEquals(place(originOf(loaded, "profiles.1")), "web.yaml:4:12");
  assertEquals(place(originOf(loaded, "filesystems.host")), "lib/base.yaml:5:3");
  assertEquals(place(originOf(loaded, "filesystems.host.pattern")), "lib/base.yaml:6:5");
  assertEquals(place(originOf(loaded, "devices.home.path")), "web.yaml:6:10");
  assertEquals(place(originOf(loaded, "properties.a.b")), "web.yaml:7:14");
  assertEquals(place(originOf(loaded, "cloud-config-files.0")), "lib/base.yaml:8:22");
  assertEquals(place(originOf(loaded, "cloudConfigFiles.0")), "lib/base.yaml:8:22");
  assertEquals(place(originOf(loaded, "lxc-options")), "lib/base.yaml:7:1");
});

Deno.test("originOf() is undefined for defaults and missing keys", async () => {
  const loaded = await loadConfig("web.yaml", memoryIo(FILES), {});
  for (const key of ["project", "filesystems.host.destroy", "filesystems.nope", "profiles.2", "nope", ""]) {
    assertEquals(originOf(loaded, key), undefined, key);
  }
});

Deno.test("originsOf() lists the overridden places first", async () => {
  const files = { ...FILES, "top.yaml": "#lxops-v1\ninclude: [web.yaml]\nimage: b\nostype: debian\n" };
  const loaded = await loadConfig("top.yaml", memoryIo(files), {});
  assertEquals(originsOf(loaded, "image").map(place), ["web.yaml:3:1", "top.yaml:3:1"]);
  assertEquals(originsOf(loaded, "ostype").map(place), ["lib/base.yaml:2:1", "top.yaml:4:1"]);
});

Deno.test("loadConfig() gives absolute paths of a file that is named relatively", async () => {
  const { config, files } = await loadConfig("web.yaml", memoryIo(FILES), {});
  assertEquals(config.file, "/home/u/web.yaml");
  assertEquals(config.cloudConfigFiles, ["/home/u/lib/x.cfg"]);
  assertEquals(files, ["/home/u/lib/base.yaml", "/home/u/web.yaml"]);
});

Deno.test("loadConfig() knows a file again behind a symbolic link", async () => {
  const files = {
    "a.yaml": "#lxops-v1\ninclude: [b.yaml, link.yaml]\nostype: alpine\n",
    "b.yaml": "#lxops-v1\ncloud-config-files: [x.cfg]\n",
    "x.cfg": "",
  };
  const { config, tree } = await loadConfig("a.yaml", memoryIo(files, { "link.yaml": "b.yaml" }), {});
  assertEquals(config.cloudConfigFiles, ["/home/u/x.cfg"]);
  assertEquals(tree, {
    file: "a.yaml",
    includes: [{ file: "b.yaml", includes: [] }, { file: "link.yaml", skipped: "duplicate", includes: [] }],
  });
});

Deno.test("loadConfig() lists the conditional paths that it leaves out", async () => {
  const files = { "a.yaml": "#lxops-v1\ninclude:\n- (x).yaml\ncloud-config-files: [y-(z).cfg]\n" };
  const { dropped } = await loadConfig("a.yaml", memoryIo(files), { z: "" });
  assertEquals(dropped.map((path) => ({ ...path, location: place(path.location) })), [
    { location: "a.yaml:3:3", key: "include", path: "(x).yaml", variable: "x" },
    { location: "a.yaml:4:22", key: "cloud-config-files", path: "y-(z).cfg", variable: "z" },
  ]);
});

Deno.test("loadConfig() reports the problems of all files in one error", async () => {
  const files = {
    "a.yaml": "#lxops-v1\ninclude: [b.yaml, c.yaml, none.yaml]\nprofiles: x\n",
    "b.yaml": "#lxops-v1\ndevices: []\n",
    "c.yaml": "not a header\n",
  };
  const error = await assertRejects(() => loadConfig("a.yaml", memoryIo(files), {}), ConfigError);
  assertEquals((error as ConfigError).issues.map(formatIssue), [
    'a.yaml:2:27 include.2: Cannot include "none.yaml": No such file',
    "a.yaml:3:1 profiles: A list is expected here, not text, for example profiles: [default]",
    "b.yaml:2:1 devices: A map is expected here, not a list, for example devices: {data: {path: /data, filesystem: data}}",
    'c.yaml:1:1: The first line must be "#lxops-v1" or "#lxdops", not "not a header"',
  ]);
});

Deno.test("loadConfig() says why a file cannot be read", async () => {
  const io = { ...memoryIo({}), readText: () => Promise.reject(new Error("Permission denied")) };
  await assertRejects(
    () => loadConfig("a.yaml", io, {}),
    ConfigError,
    "a.yaml: Cannot read it: Permission denied",
  );
  await assertRejects(() => loadConfig("a.yaml", memoryIo({}), {}), ConfigError, "a.yaml: No such file");
});

Deno.test("makeLoader() reads a file once, however many configurations include it", async () => {
  const io = memoryIo({ ...FILES, "two.yaml": "#lxops-v1\ninclude: [lib/base.yaml]\n" });
  const read: string[] = [];
  const load = makeLoader({ ...io, readText: (path) => (read.push(path), io.readText(path)) }, {});
  const [one, two] = await Promise.all([load("web.yaml"), load("two.yaml")]);
  assertEquals(read.sort(), ["/home/u/lib/base.yaml", "/home/u/two.yaml", "/home/u/web.yaml"]);
  assertEquals(one.config.profiles, ["default", "web"]);
  assertEquals(two.config.profiles, ["default"]);
});

Deno.test("loadConfig() merges without checking when told so", async () => {
  const files = {
    "a.yaml": "#lxops-v1\ndevices: {a: {path: x, filesystem: none}}\ncloud-config-files: [none]\n",
  };
  const { config } = await loadConfig("a.yaml", memoryIo(files), {}, { unchecked: true });
  assertEquals(Object.keys(config.devices), ["a"]);
  await assertRejects(
    () => loadConfig("a.yaml", memoryIo(files), {}),
    ConfigError,
    'There is no filesystem "none"',
  );
});

Deno.test("loadConfig() returns collected errors with the rest of the configuration", async () => {
  const files = {
    "a.yaml": "#lxops-v1\ndevices: {a: {path: /x, filesystem: none}}\n",
    "b.yaml": "#lxops-v1\nimage: []\ndevices: {a: {path: /x, filesystem: none}}\nostype: x\n",
    "f.yaml":
      "#lxops-v1\nfilesystems: {a: {destroy: x}, b: {}}\ndevices: {a: {path: /x, filesystem: none}, b: []}\n",
    "c.yaml": "#lxops-v1\nfilesystems: []\ndevices: {a: {path: /x, filesystem: none}, b: {path: ..}}\n",
    "d.yaml": "#lxops-v1\ninclude: [none.yaml]\ndevices: {a: {path: /x, filesystem: none}}\n",
    "e.yaml": "none\n",
  };
  const load = makeLoader(memoryIo(files), {}, { collect: true, ostypes: ["y"] });
  const outcome = async (file: string) => {
    const { errors, incomplete, config } = await load(file);
    return {
      errors: errors?.map(formatIssue),
      incomplete: [...incomplete ?? []],
      devices: Object.keys(config.devices),
    };
  };
  assertEquals(await outcome("a.yaml"), {
    errors: ['a.yaml:2:25 devices.a.filesystem: There is no filesystem "none"'],
    incomplete: [],
    devices: ["a"],
  });
  assertEquals(await outcome("b.yaml"), {
    errors: [
      "b.yaml:2:1 image: Text is expected here, not a list",
      'b.yaml:3:25 devices.a.filesystem: There is no filesystem "none"',
      'b.yaml:4:1 ostype: There is no ostype "x" (known are y)',
    ],
    incomplete: ["image"],
    devices: ["a"],
  });
  assertEquals(await outcome("c.yaml"), {
    errors: [
      "c.yaml:2:1 filesystems: A map is expected here, not a list, for example filesystems: {data: {pattern: /srv/(instance)}}",
      'c.yaml:3:48 devices.b.path: The path must not contain ".."',
    ],
    incomplete: ["filesystems"],
    devices: ["a", "b"],
  });
  assertEquals(await outcome("f.yaml"), {
    errors: [
      'f.yaml:2:19 filesystems.a.destroy: "true" or "false" is expected here, not "x"',
      'f.yaml:2:32 filesystems.b: Filesystem "b" has no "pattern"',
      "f.yaml:3:44 devices.b: A map is expected here, not a list, for example b: {path: /data, filesystem: data}",
    ],
    incomplete: ["filesystems", "devices"],
    devices: ["a"],
  });
  assertEquals((await outcome("d.yaml")).errors?.length, 1);
  await assertRejects(() => load("e.yaml"), ConfigError);
});

Deno.test("loadConfig() loads a file alone when told so", async () => {
  const { config, tree } = await loadConfig("web.yaml", memoryIo(FILES), {}, {
    alone: true,
    unchecked: true,
  });
  assertEquals([config.ostype, config.image, tree.includes], ["", "a", []]);
});

Deno.test("overrides() names values that take the place of others", async () => {
  const files = {
    "a.yaml": "#lxops-v1\ninclude: [b.yaml, c.yaml]\nproperties: {x: 1, y: 2}\n",
    "b.yaml": "#lxops-v1\nproperties: {x: 0, y: 2}\nfilesystems: {f: {pattern: a/b}, g: {pattern: a/c}}\n",
    "c.yaml": "#lxops-v1\nfilesystems: {f: {pattern: a/d}, g: {pattern: a/c}}\n",
  };
  const loaded = await loadConfig("a.yaml", memoryIo(files), {});
  assertEquals(overrides(loaded).map(formatIssue), [
    'a.yaml:3:14 properties.x: warning: "1" overrides "0" of b.yaml:2:14',
    "c.yaml:2:15 filesystems.f: warning: Replaces the whole entry of b.yaml:3:15",
  ]);
});

Deno.test("shownPath() returns the paths of cloud-config files as messages show them", async () => {
  const loaded = await loadConfig("web.yaml", memoryIo(FILES), {});
  assertEquals(loaded.config.cloudConfigFiles.map((path) => shownPath(loaded, path)), ["lib/x.cfg"]);
  assertEquals(shownPath(loaded, "/else"), "/else");
});

Deno.test("loadConfig() does not change the path on the command line, also with parentheses", async () => {
  const { config } = await loadConfig("(x).yaml", memoryIo({ "(x).yaml": "#lxops-v1\nimage: a\n" }), {});
  assertEquals([config.file, config.image], ["/home/u/(x).yaml", "a"]);
});

Deno.test("loadConfig() checks the rest of a file with unknown keys where these are errors", async () => {
  const files = { "a.yaml": "#lxops-v1\nimgae: a\ndevices: {a: {path: /x, filesystem: none}}\n" };
  const { errors, incomplete } = await loadConfig("a.yaml", memoryIo(files), {}, {
    collect: true,
    strict: true,
  });
  assertEquals([errors?.map(({ key }) => key), incomplete], [["imgae", "devices.a.filesystem"], undefined]);
});
