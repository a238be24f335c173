import { assertEquals, assertStringIncludes } from "@std/assert";
import { look } from "../../../support/file_commands.ts";

const FILES = {
  "web.yaml": `#lxops-v1
image: images:alpine/3.22
include: [lib/base.yaml, (local)/x.yaml]
cloud-config-files: [b.cfg]
properties: {color: red}
profiles: [web]
`,
  "lib/base.yaml": `#lxops-v1
ostype: alpine
include: [disks.yaml]
profiles: [default]
properties: {color: blue, size: big}
cloud-config-files: [a.cfg, (x).cfg]
filesystems: {data: {pattern: tank/a}}
`,
  "lib/disks.yaml": "#lxops-v1\nfilesystems: {data: {pattern: tank/b, transient: yes}}\n",
  "lib/a.cfg": "#cloud-config\npackages: [curl]\n",
  "b.cfg": "#cloud-config\npackages: [nginx, curl]\n",
};

const LEFT_OUT = [
  'web.yaml:3:26 include: "(local)/x.yaml" is left out: no property "local"',
  'lib/base.yaml:6:29 cloud-config-files: "(x).cfg" is left out: no property "x"',
];

Deno.test("config parse lists overridden values, and with -v the files that it read", async () => {
  const overrides = [
    "lib/base.yaml:7:15 filesystems.data: warning: Replaces the whole entry of lib/disks.yaml:2:15",
    'web.yaml:5:14 properties.color: warning: "red" overrides "blue" of lib/base.yaml:5:14',
  ];
  const quiet = await look("config parse web.yaml", FILES);
  assertEquals([quiet.code, quiet.stdout, quiet.stderr.split("\n").sort()], [
    0,
    "",
    ["", ...overrides].sort(),
  ]);
  const { stdout, stderr } = await look("config -v parse web.yaml", FILES);
  assertEquals(stdout, "web.yaml\nlib/base.yaml\nlib/disks.yaml\n");
  for (const line of [...overrides, ...LEFT_OUT]) assertStringIncludes(stderr, `${line}\n`);
});

Deno.test("config parse reads several files and tells the problems of all", async () => {
  const files = {
    "a.yaml": "#lxops-v1\nimage: []\ninclude: [none.yaml]\n",
    "b.yaml": "",
    "c.yaml": "#lxops-v1\ncloud-config-files: [none.cfg]\nostype: none\n",
  };
  const { code, stderr } = await look("config parse c.yaml a.yaml b.yaml none.yaml", files);
  assertEquals(code, 3);
  assertEquals(stderr.split("\n"), [
    "a.yaml:2:1 image: Text is expected here, not a list",
    'a.yaml:3:11 include.0: Cannot include "none.yaml": No such file',
    'b.yaml:1:1: The file is empty; its first line must be "#lxops-v1" or "#lxdops"',
    "none.yaml: No such file",
    "",
  ]);
});

Deno.test("config print merges, with paths as they are found from here; with -raw it prints the file alone, as it is written", async () => {
  const { stdout } = await look("config print -P local=/nowhere -P local= web.yaml", FILES);
  assertEquals(
    stdout,
    `#lxops-v1
ostype: alpine
image: 'images:alpine/3.22'
profiles:
  - default
  - web
filesystems:
  data:
    pattern: tank/a
    destroy: false
properties:
  color: red
  size: big
cloud-config-files:
  - lib/a.cfg
  - b.cfg
`,
  );
  const raw = await look("config -raw print lib/base.yaml", FILES);
  assertEquals(
    [raw.stderr, raw.stdout],
    [
      "",
      `#lxops-v1
ostype: alpine
profiles:
  - default
filesystems:
  data:
    pattern: tank/a
    destroy: false
properties:
  color: blue
  size: big
include:
  - disks.yaml
cloud-config-files:
  - a.cfg
  - (x).cfg
`,
    ],
  );
});

Deno.test("config print takes properties of -P for paths, and -strict for unknown keys", async () => {
  const files = { ...FILES, "mine/x.yaml": "#lxops-v1\nproject: mine\nimgae: a\n" };
  const { code, stdout, stderr } = await look("config -P local=mine print web.yaml", files);
  assertEquals(code, 0);
  assertStringIncludes(stdout, "\nproject: mine\n");
  const unknown = 'Unknown key "imgae" is ignored; did you mean "image"?';
  assertStringIncludes(stderr, `mine/x.yaml:3:1 imgae: warning: ${unknown}`);
  const strict = await look("-strict config print -P local=mine web.yaml", files);
  assertEquals([strict.code, strict.stdout], [3, ""]);
  assertStringIncludes(strict.stderr, 'mine/x.yaml:3:1 imgae: Unknown key "imgae"; did you mean');
});

Deno.test("config cloud-config prints paths as relative as the file's", async () => {
  assertEquals((await look("config cloud-config web.yaml", FILES)).stdout, "lib/a.cfg\nb.cfg\n");
  assertEquals((await look("config cloud-config /c/web.yaml", FILES)).stdout, "/c/lib/a.cfg\n/c/b.cfg\n");
  assertEquals((await look("config cloud-config -raw web.yaml", FILES)).stdout, "b.cfg\n");
});

Deno.test("config packages prints the packages of all cloud-config files, and the errors of these files", async () => {
  assertEquals((await look("config packages web.yaml", FILES)).stdout, "curl\nnginx\ncurl\n");
  const files = { ...FILES, "lib/a.cfg": "#cloud-config\npackages: x\n", "b.cfg": "no\n" };
  const { code, stdout, stderr } = await look("config packages web.yaml", files);
  assertEquals([code, stdout], [3, ""]);
  assertEquals(stderr.split("\n"), [
    "lib/a.cfg:2:1 packages: A list is expected here, not text",
    'b.cfg:1:1: The first line must be "#cloud-config"',
    "",
  ]);
});

Deno.test("config packages says where a file is named that is not there", async () => {
  const { code, stderr } = await look("config packages a.yaml", {
    "a.yaml": "#lxops-v1\ncloud-config-files: [none.cfg]\n",
  });
  assertEquals([code, stderr], [3, "a.yaml:2:22 cloud-config-files.0: No such file: /c/none.cfg\n"]);
});

Deno.test("config properties prints those of the files, as a table or as JSON", async () => {
  assertEquals((await look("config properties web.yaml", FILES)).stdout, "color red\nsize  big\n");
  const { stdout } = await look("config properties -json web.yaml", FILES);
  assertEquals(JSON.parse(stdout), [{ key: "color", value: "red" }, { key: "size", value: "big" }]);
});

Deno.test("config includes prints each file once, and lists those that are left out", async () => {
  const { stdout, stderr } = await look("config includes web.yaml lib/base.yaml", FILES);
  assertEquals(stdout, "lib/base.yaml\nlib/disks.yaml\n");
  assertEquals(new Set(stderr.trimEnd().split("\n")), new Set(LEFT_OUT));
  const tree = await look("config includes -v web.yaml", FILES);
  assertEquals(tree.stdout, "web.yaml\n  lib/base.yaml\n    lib/disks.yaml\n");
});

Deno.test("config explain tells where values come from, of one key or all, also as JSON", async () => {
  const { stdout } = await look("config explain web.yaml properties.color", FILES);
  assertEquals(stdout, 'properties.color: "red"  web.yaml:5:14\n  overrides lib/base.yaml:5:14\n');
  const all = await look("config explain web.yaml", FILES);
  assertStringIncludes(all.stdout, 'profiles.1: "web"  web.yaml:6:12\n');
  const json = JSON.parse((await look("config explain -json web.yaml ostype", FILES)).stdout);
  assertEquals(json, [{
    key: "ostype",
    value: "alpine",
    from: { file: "lib/base.yaml", line: 2, column: 1 },
    overrides: [],
  }]);
  const none = await look("config explain web.yaml imgae", FILES);
  assertEquals([none.code, none.stderr], [
    2,
    'lxops: The configuration has no value "imgae"; did you mean "image"?\n',
  ]);
});

Deno.test("config explain shows the values of the names in patterns", async () => {
  const files = {
    "/root/.config/lxops/properties.yaml": "# mine\na: 1\nb: 2\nc: 3\n",
    "x.yaml": "#lxops-v1\nimage: (a)(b)(c)(d)(a)(instance)\nproperties: {b: 4, c: 5}\n",
  };
  const { stdout } = await look("config explain -P c=6 x.yaml image", files);
  assertEquals(
    stdout,
    `image: "(a)(b)(c)(d)(a)(instance)"  x.yaml:2:1
  (a): "1"  /root/.config/lxops/properties.yaml:2:1
  (b): "4"  x.yaml:3:14
  (c): "6"  -P
  (d): no property has this name
  (instance): built in
`,
  );
});
