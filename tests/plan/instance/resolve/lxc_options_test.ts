import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../../lib/base/errors.ts";
import { type LxcOptions, readLxcOptions } from "../../../../lib/plan/instance/resolve/lxc_options.ts";
import { targetsOf } from "../../../support/targets.ts";

async function read(...options: readonly string[]): Promise<LxcOptions> {
  const list = options.map((option) => `- ${JSON.stringify(option)}\n`).join("");
  const [target] = await targetsOf({ "a.yaml": `image: tiny\nlxc-options:\n${list}` });
  const found = readLxcOptions(target!);
  return JSON.parse(JSON.stringify(found));
}

const NONE: LxcOptions = {
  config: {},
  devices: {},
  profiles: [],
  noProfiles: false,
  ephemeral: false,
  vm: false,
};

const FORMS: readonly [readonly string[], Partial<LxcOptions>][] = [
  [["-c", "a.b=1"], { config: { "a.b": "1" } }],
  [["-ca.b=1"], { config: { "a.b": "1" } }],
  [["-c=a.b=1"], { config: { "a.b": "1" } }],
  [["--config", "a.b=1"], { config: { "a.b": "1" } }],
  [["--config=a.b=1"], { config: { "a.b": "1" } }],
  [["-c a.b=1"], { config: { "a.b": "1" } }],
  [["--config  a.b=x y"], { config: { "a.b": "x y" } }],
  [["-c", "a=1", "-c", "a=2", "-c", "b="], { config: { a: "2", b: "" } }],
  [["-d", "root,size=5GiB,pool=fast"], { devices: { root: { size: "5GiB", pool: "fast" } } }],
  [["-d", "root,size=5GiB", "--device", "root,pool=fast"], {
    devices: { root: { size: "5GiB", pool: "fast" } },
  }],
  [["-p", "a", "-pb", "--profile=c"], { profiles: ["a", "b", "c"] }],
  [["-n", "br0"], { network: "br0" }],
  [["-s", "fast"], { storage: "fast" }],
  [["-t", "c2-m4"], { instanceType: "c2-m4" }],
  [["--target", "node2"], { target: "node2" }],
  [["--debug", "--verbose", "-v", "--force-local", "--quiet"], {}],
  [["--empty"], { empty: true }],
  [["--empty=false"], {}],
  [["--project", "web"], {}],
  [["--project=web"], {}],
  [["--project web"], {}],
  [["--environment-file", "a.env", "--environment-file=b.env"], {
    environmentFiles: [{ path: "a.env", index: 0 }, { path: "b.env", index: 2 }],
  }],
  [["--description", "a text"], { description: "a text" }],
  [["-e"], { ephemeral: true }],
  [["--ephemeral=true"], { ephemeral: true }],
  [["--ephemeral=false"], {}],
  [["--vm", "--no-profiles", "-q"], { vm: true, noProfiles: true }],
  [["-c", "-x=1"], { config: { "-x": "1" } }],
];

for (const [options, expected] of FORMS) {
  Deno.test(`readLxcOptions() reads ${JSON.stringify(options)}`, async () => {
    assertEquals(await read(...options), { ...NONE, ...expected });
  });
}

Deno.test("readLxcOptions() names each option that it cannot translate, at its place", async () => {
  const [target] = await targetsOf({
    "a.yaml": "image: tiny\nlxc-options:\n- --unknown\n- -c\n- novalue\n- -d\n- root\n- -z9\n- -n\n",
  });
  const { issues } = assertThrows(() => readLxcOptions(target!), ConfigError);
  assertEquals(issues.map(({ line, message }) => `${line} ${message.replace(/; lxops knows.*/, "")}`), [
    '4 Unknown option "--unknown"',
    '5 Option "-c": "novalue" is not of the form key=value',
    '7 Option "-d": "root" is not of the form device,key=value',
    '9 Unknown option "-z9"',
    '10 Option "-n" needs a value',
  ]);
});

Deno.test("readLxcOptions() treats names that all objects inherit like other names", async () => {
  const [target] = await targetsOf({
    "a.yaml":
      "image: tiny\nlxc-options: [-d, '__proto__,polluted=1', -d, 'constructor,x=1', -c, '__proto__=1']\n",
  });
  const { config, devices } = readLxcOptions(target!);
  assertEquals([Object.keys(config), Object.keys(devices)], [["__proto__"], ["__proto__", "constructor"]]);
  assertEquals(({} as Record<string, unknown>)["polluted"], undefined);
});

Deno.test("a project that only the options name is that of the instance, and no other may be named", async () => {
  const project = async (yaml: string) => (await targetsOf({ "a.yaml": yaml }))[0]!;
  assertEquals((await project("lxc-options: [--project, web]\n")).instance.project, "web");
  assertEquals((await project("lxc-options: [--project=web]\nproject: web\n")).instance.project, "web");
  const target = await project("lxc-options: [--project=web]\nproject: db\n");
  assertEquals(target.instance.project, "db");
  const { issues } = assertThrows(() => readLxcOptions(target), ConfigError);
  assertEquals(issues.map(({ message }) => message), [
    'Option "--project": it says "web", and the project of the instance is "db": its profile would not be there',
  ]);
});
