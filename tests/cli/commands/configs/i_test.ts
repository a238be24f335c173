import { assertEquals, assertMatch } from "@std/assert";
import { look } from "../../../support/file_commands.ts";

const FILES = {
  "/root/.config/lxops/properties.yaml": "fsroot: tank/lxops\n",
  "web.yaml": `#lxops-v1
description: |
  a web server
  of two lines
project: shop
ostype: alpine
image: (release)
properties: {release: tiny, project: x}
filesystems:
  data: {pattern: (fsroot)/(project_instance), destroy: yes, transient: yes}
devices:
  home: {path: /home, filesystem: data}
  abs: {path: /abs, dir: /data}
cloud-config-files: [a.cfg]
`,
  "a.cfg": "#cloud-config\npackages: [nginx]\n",
};

Deno.test("i verify prints the names of valid configurations, and all problems of the others", async () => {
  const files = {
    ...FILES,
    "bad.yaml": `#lxops-v1
image: (relase)
ostype: alpin
devices: {home: {path: /home}, log: []}
cloud-config-files: [none.cfg, bad.cfg]
`,
    "bad.cfg": "#cloud-config\npackages: nginx\nuser: x\n",
    "worse.yaml": "image: x\n",
  };
  const { code, stdout, stderr } = await look("i verify web.yaml bad.yaml worse.yaml", files);
  assertEquals([code, stdout], [3, "web\n"]);
  assertEquals(stderr.split("\n"), [
    `web.yaml:8:29 properties.project: warning: "project" is built in; this value is not used`,
    `bad.yaml:2:1 image: warning: There is no property "relase"; set it with -P relase=VALUE or "property set"`,
    `bad.yaml:3:1 ostype: There is no ostype "alpin"; did you mean "alpine"?`,
    'bad.yaml:4:11 devices.home: Device "home": it needs a "filesystem", or an absolute path as "dir"',
    "bad.yaml:4:32 devices.log: A map is expected here, not a list, for example log: {path: /data, filesystem: data}",
    "bad.yaml:5:22 cloud-config-files.0: No such file: /c/none.cfg",
    "bad.cfg:2:1 packages: A list is expected here, not text",
    `worse.yaml:1:1: The first line must be "#lxops-v1" or "#lxdops", not "image: x"; write "#lxops-v1" above it`,
    "lxops: 2 of 3 files are wrong",
    "",
  ]);
});

Deno.test("i verify reads properties of the command line, and takes several files of one name", async () => {
  const files = {
    "a/x.yaml": "#lxops-v1\nimage: (i)\n",
    "b/x.yaml": "#lxops-v1\nimage: (i)\n",
  };
  const { code, stdout } = await look("i -P i=tiny verify a/x.yaml b/x.yaml", files);
  assertEquals([code, stdout], [0, "x\nx\n"]);
  assertEquals((await look("i verify -name y a/x.yaml b/x.yaml", files)).code, 2);
});

Deno.test("i verify checks the configuration that an instance is copied from", async () => {
  const files = {
    "a.yaml": "#lxops-v1\ndevice-template: t\nsource-config: t.yaml\n",
    "t.yaml": "#lxops-v1\nfilesystems: {data: {pattern: (nope)/(instance)}}\n",
  };
  const { code, stderr } = await look("i verify a.yaml", files);
  assertEquals(code, 3);
  assertMatch(stderr, /^\/c\/t\.yaml:2:\d+ filesystems\.data\.pattern: There is no property "nope"/);
});

Deno.test("i verify is strict with --strict", async () => {
  const files = {
    "a.yaml": "#lxops-v1\nostype: alpine\ncloud-config-files: [a.cfg]\n",
    "a.cfg": "#cloud-config\nusres: []\n",
  };
  const { code, stdout, stderr } = await look("i verify a.yaml", files);
  assertEquals([code, stdout], [0, "a\n"]);
  assertMatch(
    stderr,
    /^a\.cfg:2:1 usres: warning: Unknown key "usres" is ignored; did you mean "users"\?\n$/,
  );
  assertEquals((await look("-strict i verify a.yaml", files)).code, 3);
  assertEquals((await look("i verify -strict=false a.yaml", files)).code, 0);
});

Deno.test("i description and i project print what the file says", async () => {
  const { stdout } = await look("i description web.yaml", FILES);
  assertEquals(stdout, "a web server\nof two lines\n\n");
  assertEquals((await look("i project web.yaml", FILES)).stdout, "shop\n");
  assertEquals((await look("i -project mine project web.yaml", FILES)).stdout, "mine\n");
  assertEquals((await look("i project a.yaml", { "a.yaml": "#lxops-v1\n" })).stdout, "\n");
});

Deno.test("i properties prints all properties, the built-in ones as they are", async () => {
  const { stdout } = await look("i properties -P a=b -name n web.yaml", FILES);
  assertEquals(
    stdout,
    `Effective Properties:
KEY              VALUE
a                b
fsroot           tank/lxops
instance         n
project          shop
project/         shop/
project_instance shop_n
release          tiny
`,
  );
  const json = JSON.parse((await look("i properties -json web.yaml", FILES)).stdout);
  assertEquals(json[0], { instance: "web", key: "fsroot", value: "tank/lxops" });
});

Deno.test("i filesystems prints a table for each file, or one list as JSON", async () => {
  const { stdout } = await look("i filesystems web.yaml web.yaml", FILES);
  const table = `FILESYSTEM PATH                PATTERN                     FLAGS
data       tank/lxops/shop_web (fsroot)/(project_instance) destroy transient
`;
  assertEquals(stdout, table + table);
  const json = JSON.parse((await look("i filesystems -json -name w web.yaml", FILES)).stdout);
  assertEquals(json, [{
    instance: "w",
    filesystem: "data",
    path: "tank/lxops/shop_w",
    pattern: "(fsroot)/(project_instance)",
    flags: ["destroy", "transient"],
  }]);
});

Deno.test("i devices asks zfs where datasets are, and works without zfs", async () => {
  const usual = await look("i devices web.yaml", FILES);
  assertEquals(
    [usual.stderr.split("\n").length, usual.stdout],
    [
      2,
      `SOURCE                    PATH  NAME DIR   FILESYSTEM
/data                     /abs  abs  /data
/tank/lxops/shop_web/home /home home       data
`,
    ],
  );
  const mounted = await look("i devices -json web.yaml", FILES, {
    datasets: [{ name: "tank", mountpoint: "/mnt" }],
  });
  assertEquals(JSON.parse(mounted.stdout)[1].source, "/mnt/lxops/shop_web/home");
  const elsewhere = await look("i devices web.yaml", FILES, { datasets: [{ name: "other" }] });
  assertEquals(elsewhere.stdout, usual.stdout);
  assertMatch(elsewhere.stderr, /filesystems\.data: warning: There is no ZFS pool "tank"/);
});

const LONG = {
  ...FILES,
  "web.yaml": FILES["web.yaml"].replace(
    "devices:\n",
    "  logs: {pattern: /srv/logs}\n  new: {pattern: (fsroot)/new}\ndevices:\n",
  ),
};

const MACHINE = {
  datasets: [
    { name: "tank", mountpoint: "/mnt" },
    { name: "tank/lxops/shop_web", mountpoint: "legacy", mounted: false, used: "3G", origin: "tank/t@v1" },
    { name: "tank/clone", origin: "tank/lxops/shop_web@s1" },
  ],
  zfsSnapshots: { "tank/lxops/shop_web": ["s1", "s2"], "tank/lxops/shop_web/deeper": ["s1"] },
  paths: { "/srv/logs": "directory" },
} as const;

Deno.test("i filesystems -l also prints the state on the machine, as zfs prints it", async () => {
  const { code, stdout } = await look("i filesystems -l -json web.yaml", LONG, MACHINE);
  const rows: Record<string, unknown>[] = JSON.parse(stdout);
  const facts = rows.map(({ filesystem, state, size, snapshots, clones, origin, mountpoint }) =>
    [filesystem, state, size, snapshots, clones, origin, mountpoint].join("|")
  );
  assertEquals([code, ...facts], [
    0,
    "logs|there|5M|0|0||/srv/logs",
    "new|missing||0|0||",
    "data|unmounted|3G|2|1|tank/t@v1|legacy",
  ]);
  const text = await look("i filesystems -long web.yaml", LONG, MACHINE);
  assertMatch(
    text.stdout,
    /^FILESYSTEM PATH +PATTERN +FLAGS +STATE +SIZE SNAPSHOTS CLONES ORIGIN +MOUNTPOINT\nlogs /,
  );
});

Deno.test("i filesystems -l and i devices -l ask the daemon about volumes", async () => {
  const files = {
    "v.yaml": `#lxops-v1
filesystems: {data: {pattern: "volume:default/(instance)"}, gone: {pattern: "volume:default/(instance)-gone"}}
devices: {data: {path: /data, filesystem: data}, gone: {path: /gone, filesystem: gone}}
`,
  };
  const machine = { volumes: [{ name: "v", snapshots: ["s1", "s2"] }] } as const;
  const rows = async (what: string): Promise<Record<string, unknown>[]> =>
    JSON.parse((await look(`i ${what} -l -json v.yaml`, files, machine)).stdout);
  assertEquals(
    (await rows("filesystems")).map(({ path, state, size, snapshots }) =>
      [path, state, size, snapshots].join("|")
    ),
    ["volume:default/v|there|5.0M|2", "volume:default/v-gone|missing||0"],
  );
  assertEquals(
    (await rows("devices")).map(({ source, state, size }) => [source, state, size].join("|")),
    ["volume:default/v-gone|missing|", "volume:default/v|there|5.0M"],
  );
});

Deno.test("i devices -l measures the directories of devices, and says where they are", async () => {
  const machine = {
    datasets: [{ name: "tank", mountpoint: "/mnt" }, {
      name: "tank/lxops/shop_web",
      mountpoint: "/mnt/w",
      used: "3G",
    }],
    zfsSnapshots: { "tank/lxops/shop_web": ["s1"] },
    paths: { "/mnt/w/home": "directory" },
  } as const;
  const { stdout } = await look("i devices -l -json web.yaml", FILES, machine);
  const rows: Record<string, unknown>[] = JSON.parse(stdout);
  assertEquals(
    rows.map(({ name, source, state, size, snapshots, mountpoint }) =>
      [name, source, state, size, snapshots, mountpoint].join("|")
    ),
    ["abs|/data|missing||0|", "home|/mnt/w/home|there|5M|1|/mnt/w"],
  );
});

Deno.test("i filesystems and the like do not look into cloud-config files", async () => {
  const files = { ...FILES, "a.cfg": "no" };
  assertEquals((await look("i filesystems web.yaml", files)).code, 0);
  assertEquals((await look("i verify web.yaml", files)).code, 3);
});

Deno.test("i verify checks the options that an instance is created with", async () => {
  const { code, stderr } = await look("i verify a.yaml", {
    "a.yaml": "#lxops-v1\nlxc-options: [-c, limits.cpu=2, --nope]\n",
  });
  assertEquals(code, 3);
  assertMatch(stderr, /^a\.yaml:2:33 lxc-options\.2: Unknown option "--nope"; lxops knows /);
});
