import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConfigError, UsageError } from "../../../lib/base/errors.ts";
import type { Host } from "../../../lib/ports/mod.ts";
import type { TargetOptions } from "../../../lib/run/targets/options.ts";
import { loadTargets } from "../../../lib/run/targets/targets.ts";
import { memoryHost } from "../../fakes/memory_host.ts";

const OPTIONS: TargetOptions = { sets: [], name: "", project: "", strict: false };

type Files = Readonly<Record<string, string>>;

function hostOf(files: Files): Host {
  const absolute = Object.entries(files).map(([name, text]) => [
    name.startsWith("/") ? name : `/c/${name}`,
    name.endsWith(".yaml") && name.startsWith("/") === false ? `#lxops-v1\n${text}` : text,
  ]);
  return memoryHost({ cwd: "/c", files: Object.fromEntries(absolute), env: { HOME: "/home/me" } });
}

function loaded(names: string, files: Files, options: Partial<TargetOptions> = {}, host = hostOf(files)) {
  return loadTargets(names.split(" "), { ...OPTIONS, ...options }, host);
}

async function problems(names: string, files: Files, options: Partial<TargetOptions> = {}, host?: Host) {
  const error = await assertRejects(() => loaded(names, files, options, host ?? hostOf(files)), ConfigError);
  assert(error.issues.some(({ severity }) => severity === "error"));
  return error.issues.map(({ file, line, message }) => `${file}:${line ?? ""} ${message}`);
}

Deno.test("loadTargets() makes a target of each file, in their order", async () => {
  const { targets, warnings } = await loaded("b.yaml d/a.yaml", {
    "b.yaml": "image: tiny\n",
    "d/a.yaml": "image: tiny\nostype: debian\nproject: web\ncloud-config-files: [x.cfg]\n",
    "d/x.cfg": "#cloud-config\nruncmd: [echo]\n",
  });
  assertEquals(
    targets.map((
      { instance, cloudConfigs },
    ) => [instance.project, instance.name, instance.file, cloudConfigs.length]),
    [["default", "b", "b.yaml", 0], ["web", "a", "d/a.yaml", 1]],
  );
  assertEquals(warnings, []);
});

Deno.test("loadTargets() tells the problems of all files at once, each with its place", async () => {
  const found = await problems("a.yaml b.yaml c.yaml d.yaml gone.yaml", {
    "a.yaml":
      "image: tiny\ndevices: {x: {path: /x, filesystem: none}}\ncloud-config-files: [bad.cfg, gone.cfg]\n",
    "b.yaml": "image: [tiny\n",
    "c.yaml": "image: tiny\n",
    "d.yaml": "image: (nothing)\nfilesystems: {f: {pattern: (what)}}\n",
    "bad.cfg": "#cloud-config\nwrite_files: 7\n",
  });
  assertEquals([...new Set(found.map((line) => line.split(":")[0]))].toSorted(), [
    "a.yaml",
    "b.yaml",
    "bad.cfg",
    "d.yaml",
    "gone.yaml",
  ]);
  assertEquals(found.filter((line) => line.startsWith("d.yaml")).length, 2);
  assertEquals(found.filter((line) => line.includes("gone.cfg")), ["a.yaml:4 No such file: /c/gone.cfg"]);
  assert(found.some((line) => /^bad\.cfg:2 /.test(line)), found.join("\n"));
});

Deno.test("loadTargets() tells a problem of a file that several configurations use once", async () => {
  const found = await problems("a.yaml b.yaml", {
    "a.yaml": "image: tiny\nostype: debian\ncloud-config-files: [bad.cfg]\n",
    "b.yaml": "image: tiny\nostype: debian\ncloud-config-files: [bad.cfg]\n",
    "bad.cfg": "no header\n",
  });
  assertEquals(found.length, 1);
});

Deno.test("loadTargets() tells a warning of a file that several configurations use once", async () => {
  const { warnings } = await loaded("a.yaml b.yaml", {
    "a.yaml": "image: tiny\ninclude: [c.yaml]\n",
    "b.yaml": "image: tiny\ninclude: [c.yaml]\n",
    "c.yaml": "imagee: tiny\n",
  });
  assertEquals(warnings.map(({ file, line, key }) => [file, line, key]), [["c.yaml", 2, "imagee"]]);
});

Deno.test("loadTargets() takes unknown keys of configurations and cloud-config files for errors where it is strict", async () => {
  const files = {
    "a.yaml": "image: tiny\nimagee: tiny\n",
    "b.yaml": "image: tiny\nostype: debian\ncloud-config-files: [x.cfg]\n",
    "x.cfg": "#cloud-config\nruncmdd: [echo]\n",
  };
  assertEquals((await loaded("a.yaml b.yaml", files)).warnings.length, 2);
  const error = await assertRejects(() => loaded("a.yaml b.yaml", files, { strict: true }), ConfigError);
  assertEquals(error.issues.map(({ file, key, severity }) => [file, key, severity]), [
    ["a.yaml", "imagee", "error"],
    ["x.cfg", "runcmdd", "error"],
  ]);
});

Deno.test("loadTargets() reads a cloud-config file once, however many configurations name it", async () => {
  const files = {
    "a.yaml": "image: tiny\nostype: debian\ncloud-config-files: [x.cfg, x.cfg]\n",
    "b.yaml": "image: tiny\nostype: debian\ncloud-config-files: [x.cfg]\n",
    "x.cfg": "#cloud-config\nruncmd: [echo]\n",
  };
  const host = hostOf(files);
  const read: string[] = [];
  const counting = {
    ...host,
    readText: (path: string) => {
      read.push(path);
      return host.readText(path);
    },
  };
  const { targets } = await loaded("a.yaml b.yaml", files, {}, counting);
  assertEquals(targets.map(({ cloudConfigs }) => cloudConfigs.length), [2, 1]);
  assertEquals(read.filter((path) => path === "/c/x.cfg").length, 1);
});

Deno.test("loadTargets() says which file it may not read, with the problems of all others", async () => {
  const files = {
    "a.yaml": "image: tiny\nostype: debian\ncloud-config-files: [secret.cfg]\n",
    "b.yaml": "image: (x)\n",
    "secret.cfg": "",
  };
  const host = hostOf(files);
  const refusing = {
    ...host,
    readText: (path: string) =>
      path.endsWith("secret.cfg")
        ? Promise.reject(Object.assign(new Error("Permission denied (os error 13)"), { code: "EACCES" }))
        : host.readText(path),
  };
  const found = await problems("a.yaml b.yaml", files, {}, refusing);
  assertEquals(found[0], "secret.cfg: Cannot read it: Permission denied");
  assertEquals(found.length, 2);
});

Deno.test("loadTargets() gives one instance a name, and not several", async () => {
  const files = { "a.yaml": "image: tiny\n", "b.yaml": "image: tiny\n" };
  const { targets } = await loaded("a.yaml", files, { name: "x", project: "web" });
  assertEquals(targets.map(({ instance }) => [instance.project, instance.name]), [["web", "x"]]);
  const error = await assertRejects(() => loaded("a.yaml b.yaml", files, { name: "x" }), UsageError);
  assertEquals(error.message, "--name can be used with only one config file");
});

const TWICE: readonly [string, Files, Partial<TargetOptions>][] = [
  ["a.yaml a.yaml", { "a.yaml": "image: tiny\n" }, {}],
  ["a.yaml d/a.yaml", { "a.yaml": "image: tiny\n", "d/a.yaml": "image: tiny\n" }, {}],
  ["a.yaml d/a.yaml", { "a.yaml": "image: tiny\n", "d/a.yaml": "image: tiny\nproject: web\n" }, {
    project: "x",
  }],
];

for (const [names, files, options] of TWICE) {
  Deno.test(`loadTargets() refuses two files for one instance: ${names} ${JSON.stringify(options)}`, async () => {
    const error = await assertRejects(() => loaded(names, files, options), UsageError);
    const [one, other] = names.split(" ");
    assertEquals(error.message, `"${one}" and "${other}" are both for instance "a"`);
  });
}

Deno.test("loadTargets() takes two files for instances of one name in two projects", async () => {
  const { targets } = await loaded("a.yaml d/a.yaml", {
    "a.yaml": "image: tiny\n",
    "d/a.yaml": "image: tiny\nproject: web\n",
  });
  assertEquals(targets.length, 2);
});

Deno.test("loadTargets() takes properties from the command line, a file, and the user's own file", async () => {
  const files = {
    "a.yaml": "image: (image)\ninclude: [(more)]\n",
    "more.yaml": "profiles: [more]\n",
    "/c/p.yaml": "image: from-file\nmore: more.yaml\n",
    "/home/me/.config/lxops/properties.yaml": "image: from-home\n",
  };
  const image = async (options: Partial<TargetOptions>) => {
    const { targets } = await loaded("a.yaml", files, options);
    return targets.map(({ instance }) => [instance.image, ...instance.profiles]);
  };
  assertEquals(await image({}), [["from-home", "default"]]);
  assertEquals(await image({ properties: "/c/p.yaml" }), [["from-file", "more"]]);
  assertEquals(await image({ sets: ["image=from-set=x", "more=more.yaml"] }), [["from-set=x", "more"]]);
  await assertRejects(
    () => loaded("a.yaml", files, { sets: ["image"] }),
    UsageError,
    '-P takes KEY=VALUE, not "image"',
  );
});

Deno.test("loadTargets() uses the recorded options of an instance where the command line has none", async () => {
  const files = {
    "a.yaml": "image: (image)\nproperties: {env: dev}\nfilesystems: {d: {pattern: /srv/(env)/(instance)}}\n" +
      "include: [more-(extra).yaml]\n",
    "more-x.yaml": "devices: {d: {path: /d, filesystem: d}}\n",
    "b.yaml": "image: (image)\n",
    "c.yaml": "image: (instance)\n",
  };
  const asked: string[] = [];
  const recall: TargetOptions["recall"] = ({ project, name }) => {
    asked.push(`${project}/${name}`);
    return Promise.resolve(name === "a" ? { env: "prod", image: "old", extra: "x", password: "p" } : {});
  };
  const { targets } = await loaded("a.yaml b.yaml c.yaml", files, { recall, sets: ["image=tiny"] });
  // Those whose patterns use nothing that is not given are not asked about.
  assertEquals(asked, ["default/a"]);
  const [a, b] = targets.map(({ instance }) => instance);
  assertEquals(a!.filesystems.map(({ path }) => path), ["/srv/prod/a"]);
  assertEquals(a!.devices.map(({ name }) => name), ["d"]);
  assertEquals(a!.image, "tiny");
  assertEquals(a!.sets, { env: "prod", extra: "x", image: "tiny" });
  assertEquals(b!.sets, { image: "tiny" });
});

Deno.test("loadTargets() remembers of -P only what patterns and paths use", async () => {
  const { targets } = await loaded("a.yaml", {
    "a.yaml": "image: (image)\ncloud-config-files: [x.cfg]\n",
    "x.cfg": "#cloud-config\nruncmd: ['echo (password)']\n",
  }, { sets: ["image=tiny", "password=secret", "unused=1"] });
  assertEquals(targets[0]!.instance.sets, { image: "tiny" });
});
