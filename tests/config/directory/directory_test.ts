import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConfigError } from "../../../lib/base/errors.ts";
import { loadConfig, type LoadOptions } from "../../../lib/config/load/load.ts";
import { buildInstance } from "../../../lib/instance/build.ts";
import { directoryIo } from "./directory_io.ts";

type Files = Parameters<typeof directoryIo>[0];
type Options = Parameters<typeof directoryIo>[1];

const V1 = "#lxops-v1\n";

function load(files: Files, options: Options & { readonly given?: LoadOptions["given"] } = {}) {
  const { given, ...machine } = options;
  const all = Object.fromEntries(Object.entries(files).map(([path, file]) => [`/srv/dns/${path}`, file]));
  return loadConfig("/srv/dns/lxops.yaml", directoryIo(all, machine), {}, given ? { given } : {});
}

async function build(files: Files, options?: Options) {
  const loaded = await load(files, options);
  return buildInstance(loaded, { file: "/srv/dns/lxops.yaml", globals: {}, sets: {} });
}

async function problems(files: Files, options: Options = {}): Promise<readonly string[]> {
  const error = await assertRejects(() => load(files, options), ConfigError);
  return error.issues.filter(({ severity }) => severity === "error").map(({ file, line, message }) =>
    `${file}${line === undefined ? "" : `:${line}`}: ${message}`
  );
}

Deno.test("directory: with no-devices nothing is attached, and settings, name, bootstrap.sh and cloud-config hold", async () => {
  const files = {
    "lxops.yaml": `${V1}directory: no-devices\nimage: "\${IMAGE}"\n`,
    ".env": "IMAGE=images:debian/12\n",
    "bootstrap.sh": "#!/bin/sh\n",
    "cloud-config/a.cfg": "#cloud-config\n",
    "conf/a": "",
    "bin": "no directory",
    "data/": "",
  };
  const { devices, filesystems, name } = await build(files);
  assertEquals([devices, filesystems, name], [[], [], "dns"]);
  const { directory, config } = await load(files);
  assertEquals([directory?.bootstrap, directory?.data, config.image, directory?.cloudConfig], [
    "#!/bin/sh\n",
    undefined,
    "images:debian/12",
    ["a.cfg"],
  ]);
  const [wrong] = await problems({ "lxops.yaml": `${V1}directory: maybe\nimage: a\n` });
  assertEquals(
    wrong,
    '/srv/dns/lxops.yaml:2: "true", "false" or "no-devices" is expected here, not "maybe"',
  );
});

Deno.test("directory: conf, bin and data become devices, each where it exists", async () => {
  const { devices, filesystems, name } = await build({
    "lxops.yaml": `${V1}image: images:debian/12\n`,
    "conf/a": "",
    "bin/b": "",
    "data/": "",
  });
  assertEquals(name, "dns");
  assertEquals(
    devices.map(({ name, path, dir, readonly, filesystem }) => [name, path, dir, readonly, filesystem]),
    [
      ["bin", "/usr/local/sbin", "/srv/dns/bin", true, undefined],
      ["conf", "/usr/local/conf", "/srv/dns/conf", true, undefined],
      ["data", "/usr/local/data", "", false, "data"],
    ],
  );
  assertEquals(filesystems.map(({ id, kind, path, destroy }) => [id, kind, path, destroy]), [
    ["data", "directory", "/srv/dns/data", false],
  ]);
});

Deno.test("directory: nothing is added to a directory that has only its file", async () => {
  const { devices, filesystems } = await build({ "lxops.yaml": `${V1}image: x\n` });
  assertEquals([devices, filesystems], [[], []]);
});

Deno.test("directory: data is made for a bootstrap.sh, which would write into the root filesystem", async () => {
  const { filesystems } = await build({ "lxops.yaml": `${V1}image: x\n`, "bootstrap.sh": "#!/bin/sh\n" });
  assertEquals(filesystems.map(({ path }) => path), ["/srv/dns/data"]);
});

Deno.test("directory: the real path of a link counts", async () => {
  const { filesystems, devices } = await loadFrom({
    "/srv/dns/lxops.yaml": `${V1}image: x\n`,
    "/srv/dns/data": { to: "/tank/dns" },
    "/tank/dns/db": "",
    "/srv/dns/conf": { to: "/srv/common/conf" },
    "/srv/common/conf/a": "",
  });
  assertEquals(filesystems.map(({ path }) => path), ["/tank/dns"]);
  assertEquals(devices.map(({ dir }) => dir), ["/srv/common/conf", ""]);
});

async function loadFrom(files: Files) {
  const loaded = await loadConfig("/srv/dns/lxops.yaml", directoryIo(files), {});
  return buildInstance(loaded, { file: "/srv/dns/lxops.yaml", globals: {}, sets: {} });
}

Deno.test("directory: a device of the same name or path overrides a convention", async () => {
  const files = { "conf/a": "", "bin/a": "", "data/a": "" };
  const { devices } = await build({
    ...files,
    "lxops.yaml": `${V1}devices:
  conf: {path: /etc/dns, dir: (dir)/conf}
  other: {path: /usr/local/sbin/, dir: (dir)/bin}
  data: {path: /data, dir: (dir)/data}
`,
  });
  assertEquals(devices.map(({ name, path, readonly }) => [name, path, readonly]), [
    ["other", "/usr/local/sbin", false],
    ["conf", "/etc/dns", false],
    ["data", "/data", false],
  ]);
});

Deno.test("directory: an own filesystem called data gets the device of data", async () => {
  const { devices } = await build({
    "lxops.yaml": `${V1}filesystems: {data: {pattern: "tank/(name)"}}\n`,
    "data/a": "",
  });
  assertEquals(devices.map(({ name, dir }) => [name, dir]), [["data", "/srv/dns/data"]]);
});

Deno.test("directory: (dir) and (name) are built in, and no property overrides them", async () => {
  const files = {
    "lxops.yaml": `${V1}properties: {dir: /x}\nimage: (name)\ndevices: {a: {path: /a, dir: (dir)/a}}\n`,
  };
  const { image, devices, warnings = [] } = await build(files);
  assertEquals([image, devices[0]!.dir], ["dns", "/srv/dns/a"]);
  assertEquals(warnings.map(({ message }) => message), ['"dir" is built in; this value is not used']);
});

Deno.test("directory: cloud-config files come in the order of their names, behind those of the file", async () => {
  const files = { "cloud-config/b.cfg": "", "cloud-config/a.cfg": "", "cloud-config/no": "", "x.cfg": "" };
  const { config } = await load({ ...files, "lxops.yaml": `${V1}cloud-config-files: [x.cfg]\n` });
  assertEquals(
    config.cloudConfigFiles,
    ["x.cfg", "cloud-config/a.cfg", "cloud-config/b.cfg"].map((n) => `/srv/dns/${n}`),
  );
  for (
    const [text, expected] of [["[cloud-config/b.cfg]", ["/srv/dns/cloud-config/b.cfg"]], ["[]", []]] as const
  ) {
    const { config } = await load({ ...files, "lxops.yaml": `${V1}cloud-config-files: ${text}\n` });
    assertEquals(config.cloudConfigFiles, expected);
  }
});

Deno.test("directory: another file has no conventions, unless it says so", async () => {
  const files = { "/srv/dns/conf/a": "", "/srv/dns/.env": "A=1\n" };
  const read = async (name: string, text: string) => {
    const io = directoryIo({ ...files, [`/srv/dns/${name}`]: text });
    const { config, directory } = await loadConfig(`/srv/dns/${name}`, io, {});
    return [config.image, Object.keys(config.devices), directory !== undefined];
  };
  assertEquals(await read("web.yaml", `${V1}image: "$\{A} $$"\n`), ["${A} $$", [], false]);
  assertEquals(await read("web.yaml", `${V1}directory: yes\nimage: "$\{A} $$"\n`), [
    "1 $",
    ["conf", "data"],
    true,
  ]);
  assertEquals(await read("lxops.yaml", `${V1}directory: no\nimage: "$\{A} $$"\n`), ["${A} $$", [], false]);
  assertEquals(await read("lxops.yaml", `${V1}image: "$\{A} $$"\n`), ["1 $", ["conf", "data"], true]);
});

Deno.test("directory: a dollar sign of an included file stays", async () => {
  const { config } = await load({
    "lxops.yaml": `${V1}include: ["$\{FILE}"]\nenvironment: {FILE: x.yaml}\n`,
    "x.yaml": `${V1}image: "$\{FILE}"\n`,
  });
  assertEquals(config.image, "${FILE}");
});

Deno.test("directory: an impossible value is an error before the first change", async () => {
  const file = { "lxops.yaml": `${V1}image: x\n` };
  assertEquals(await problems({ ...file, data: { to: "/not/there" } }), [
    "/srv/dns/data: This link leads to nowhere: make its target, or take the link away",
  ]);
  assertEquals(
    (await problems({ ...file, conf: "a file" }))[0]?.startsWith("/srv/dns/conf: A directory is expected"),
    true,
  );
  assertEquals(await problems({ ...file, "bootstrap.sh/x": "" }), [
    "/srv/dns/bootstrap.sh: A file is expected here, the script that sets the container up",
  ]);
});

Deno.test("directory: a file that the container cannot read is a warning", async () => {
  const { warnings } = await load({
    "lxops.yaml": `${V1}image: x\n`,
    "conf/a": "",
    "conf/key": "",
    "bin/x/y": "",
  }, {
    facts: { "/srv/dns/conf/key": { mode: 0o600 }, "/srv/dns/bin/x": { mode: 0o750 } },
  });
  assertEquals(warnings.map(({ file }) => file), ["/srv/dns/conf/key", "/srv/dns/bin/x"]);
  assert(warnings[0]!.message.includes("chmod o+rX"));
});

Deno.test("settings: ${NAME} in a configuration is a setting or a variable of the shell, with the precedence of compose", async () => {
  const text = `${V1}environment:\n  OWN: own\n  REF: "$OWN-$\{FILE}"\n  INHERITED:\n  NOT_THERE:\n` +
    'properties: {a: "${OWN} ${FILE} ${BOTH} ${SHELL_ONLY} ${REF}"}\n';
  const { config, directory } = await load(
    { "lxops.yaml": text, ".env": "FILE=file\nBOTH=file\nUNUSED=u\n" },
    {
      env: { BOTH: "shell", SHELL_ONLY: "s", OWN: "not this", INHERITED: "i" },
    },
  );
  assertEquals(config.properties["a"], "own file shell s own-file");
  assertEquals(Object.fromEntries(directory!.settings), {
    FILE: "file",
    BOTH: "shell",
    UNUSED: "u",
    OWN: "own",
    REF: "own-file",
    INHERITED: "i",
  });
  assertEquals([...directory!.secretValues].sort(), ["file", "shell", "u"]);
});

Deno.test("settings: the command line wins, then environment, the shell, its files, and .env", async () => {
  const { directory } = await load({
    "lxops.yaml": `${V1}environment: [A=own, "B=own"]\n`,
    ".env": "B=env\nC=env\nD=env\nE=$D\n",
  }, {
    given: {
      values: new Map([["A", "given"]]),
      files: [{ file: "one", text: "C=one\nD=one" }, { file: "two", text: "D=two\nF=$C" }],
    },
  });
  assertEquals(Object.fromEntries(directory!.settings), {
    A: "given",
    B: "own",
    C: "one",
    D: "two",
    E: "env",
    F: "one",
  });
});

Deno.test("settings: a missing value is an error with its place, and shows no value", async () => {
  assertEquals(
    await problems({
      "lxops.yaml": `${V1}image: x\nlimits:\n  memory: "$\{MEMORY}"\n`,
      ".env": "A=hush\nB=$NO\n",
    }),
    [
      '/srv/dns/.env:2: The value of "B": "NO" has no value: set it in .env or "environment", or write ${NO:-DEFAULT}',
      '/srv/dns/lxops.yaml:4: "MEMORY" has no value: set it in .env or "environment", or write ${MEMORY:-DEFAULT}',
    ],
  );
});

Deno.test("settings: a name without braces stays, with a warning where it is one of a setting", async () => {
  const { config, warnings } = await load({
    "lxops.yaml": `${V1}environment: {A: 1}\nchecks: [{exec: 'test "$A" = $(id -u) -a $HOME != x'}]\n`,
  });
  assertEquals(config.checks[0]!.exec, 'test "$A" = $(id -u) -a $HOME != x');
  assertEquals(warnings.map(({ message }) => message), ['"$A" stays as it is: settings are written as ${A}']);
});

Deno.test("settings: keys of a map, and the sources of settings, are not filled", async () => {
  const { config } = await load({
    "lxops.yaml": `${V1}environment: {A: b}\nproperties: {"$\{A}": "$\{A}"}\n`,
  });
  assertEquals(config.properties, { "${A}": "b" });
});

Deno.test("settings: a name that no shell has is an error", async () => {
  assertEquals(await problems({ "lxops.yaml": `${V1}environment: {"A B": c}\n` }), [
    '/srv/dns/lxops.yaml:2: "A B" is no name of a setting: use letters, digits and underscores',
  ]);
});

Deno.test("directory: an unreadable file is an error of the part that it belongs to", async () => {
  const io = directoryIo({
    "/srv/dns/lxops.yaml": `${V1}image: x\n`,
    "/srv/dns/.env": "A=1",
    "/srv/dns/data/a": "",
  });
  const denied = (part: string) => (path: string) => path.endsWith(part);
  const error = await assertRejects(() =>
    loadConfig("/srv/dns/lxops.yaml", {
      ...io,
      readText: (path) => denied(".env")(path) ? Promise.reject(new Error("denied")) : io.readText(path),
      lstat: (path) => denied("/data")(path) ? Promise.reject(new Error("denied")) : io.lstat(path),
    }, {}), ConfigError);
  assertEquals(error.issues.map(({ file, key, message }) => [file, key, message]), [
    ["/srv/dns/.env", "environment", "Cannot read it: denied"],
    ["/srv/dns/data", "devices.data", "Cannot look at it: denied"],
  ]);
});
