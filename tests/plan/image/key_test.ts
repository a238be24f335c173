import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { recipeOf } from "../../../lib/plan/image/recipe.ts";
import type { PathInfo } from "../../../lib/ports/mod.ts";
import { loadTargets } from "../../../lib/run/targets/targets.ts";
import { memoryHost } from "../../fakes/memory_host.ts";
import { worldOf } from "../world_spec.ts";
import { type Made, OPTIONS, recipe, WORLD } from "./recipes.ts";

const CONFIG = `image: tiny
ostype: alpine
include: [more.yml]
properties: {memory: 64MiB}
limits: {memory: (memory)}
cloud-config-files: [a.cfg]
`;
const MORE = "#lxops-v1\nprofiles: [default]\nconfig: {environment.A: b}\n";
const CLOUD_CONFIG = `#cloud-config
packages: [git]
write_files:
- path: /etc/made
  content: one
  permissions: "0644"
runcmd: [echo hello]
`;
const FILES = { "a.yaml": CONFIG, "more.yml": MORE, "a.cfg": CLOUD_CONFIG };

/** Returns the files with a text replaced in one of them. */
function edited(name: keyof typeof FILES, from: string | RegExp, to: string): Made {
  const text = FILES[name].replace(from, to);
  assertNotEquals(text, FILES[name]);
  return { files: { ...FILES, [name]: text } };
}

const [IMAGE] = WORLD.images!;
const DEFAULT = WORLD.profiles![0]!;

/** Changes of one input each, with whether the packages are installed again. */
const CHANGES: Readonly<Record<string, Made & { readonly packages?: true }>> = {
  "the image behind the alias": {
    world: { ...WORLD, images: [{ ...IMAGE, fingerprint: "cd".repeat(32) }] },
    packages: true,
  },
  "bytes of a file": edited("a.cfg", "content: one", "content: two"),
  "the mode of a file": edited("a.cfg", "0644", "0600"),
  "the name of a file": edited("a.cfg", "/etc/made", "/etc/other"),
  "a command": edited("a.cfg", "echo hello", "echo hallo"),
  "a package": { ...edited("a.cfg", "git", "jq"), packages: true },
  "a file that the package manager reads": {
    ...edited("a.cfg", "/etc/made", "/etc/apk/world"),
    packages: true,
  },
  "a property of the command line": { targets: { sets: ["memory=32MiB"] }, packages: true },
  "an included file": { ...edited("more.yml", "A: b", "A: c"), packages: true },
  "the operating system": { ...edited("a.yaml", "alpine", "debian"), packages: true },
  "a profile": { ...edited("more.yml", "[default]", "[default, more]"), packages: true },
  "the configuration of a profile": {
    world: { ...WORLD, profiles: [{ ...DEFAULT, config: { "environment.A": "x" } }] },
    packages: true,
  },
  "a directory of the host in a profile": {
    world: {
      ...WORLD,
      profiles: [{
        ...DEFAULT,
        devices: { ...DEFAULT.devices, d: { type: "disk", path: "/srv", source: "/d" } },
      }],
    },
    packages: true,
  },
  "the secret of the user": { options: { secret: "ab".repeat(32) }, packages: true },
  "the kind of instance": { ...edited("a.yaml", "ostype", "type: virtual-machine\nostype"), packages: true },
  "an alias": { options: { alias: "other" } },
  "a check": { options: { checks: ["true"] } },
  "a check of the configuration": edited("a.yaml", "ostype", "checks: [{exec: git --version}]\nostype"),
  "host keys": { options: { hostKeys: "image" } },
  "the compression": { options: { compression: "zstd" } },
  "two files": { options: { split: true } },
  "a property of the image": { options: { properties: { org: "x" } } },
  "the description": edited("a.yaml", "ostype", "description: x\nostype"),
  "a device, whose directory is made": edited(
    "a.yaml",
    "ostype",
    "filesystems: {m: {pattern: /d/(instance)}}\ndevices: {d: {path: /srv, filesystem: m}}\nostype",
  ),
};

const SAME: Readonly<Record<string, Made>> = {
  "a comment": edited("a.cfg", "packages", "# Programs.\npackages"),
  "the order of keys": edited("a.cfg", /( {2}content.*\n)( {2}permissions.*\n)/, "$2$1"),
  "the order of sections": edited("a.cfg", /(packages.*\n)([^]*)/, "$2$1"),
  "the name of the temporary instance": { options: { name: "build-abcdef-2" } },
  "ports and addresses": edited("a.yaml", "ostype", "ports: ['8080:80']\nostype"),
  "the network of a profile, and its storage pool": {
    world: {
      ...WORLD,
      profiles: [{
        ...DEFAULT,
        devices: {
          root: { type: "disk", path: "/", pool: "other" },
          eth0: { type: "nic", name: "eth0", network: "br1" },
        },
      }],
    },
  },
  "a profile that it does not have": {
    world: { ...WORLD, profiles: [DEFAULT, { name: "more", config: { "environment.A": "x" } }] },
  },
  "an image that is not the base": {
    world: { ...WORLD, images: [IMAGE!, { aliases: ["tiny2"], fingerprint: "ef".repeat(32) }] },
  },
};

const made = (more: Made = {}) => recipe({ files: FILES, ...more });

for (const [name, { packages = false, ...change }] of Object.entries(CHANGES)) {
  Deno.test(`an image has another key where this alone differs: ${name}`, async () => {
    const [before, after] = [await made(), await made(change)];
    assert(before.key && after.key && before.packagesKey && after.packagesKey);
    assertNotEquals(after.key, before.key);
    assertEquals(after.packagesKey !== before.packagesKey, packages);
  });
}

for (const [name, change] of Object.entries(SAME)) {
  Deno.test(`an image has the same key where only this differs: ${name}`, async () => {
    const [before, after] = [await made(), await made(change)];
    assertEquals([after.key, after.packagesKey], [before.key, before.packagesKey]);
  });
}

/** Returns the keys of the image of a directory. */
async function directoryKeys(more: Readonly<Record<string, string>>, options: Made["targets"] = {}) {
  const files = {
    "/c/lxops.yaml":
      "#lxops-v1\nimage: tiny\nostype: alpine\nconfig: {environment.DB: '${DB}'}\ncloud-config-files: [a.cfg]\n",
    "/c/a.cfg":
      "#cloud-config\npackages: [git]\nwrite_files: [{path: /t, template: true, content: '${TEXT}'}]\n",
    "/c/.env": "DB=one\nTEXT=one\nUNUSED=one\n",
    ...more,
  };
  const file: PathInfo = { kind: "file", mode: 0o600, uid: 0, gid: 0, size: 10 };
  const paths = Object.fromEntries(Object.keys(files).map((path) => [path, file]));
  const { targets } = await loadTargets(
    ["lxops.yaml"],
    { sets: [], name: "", project: "", strict: false, ...options },
    memoryHost({ cwd: "/c", files, paths }),
  );
  return recipeOf(targets[0]!, worldOf(WORLD), OPTIONS);
}

Deno.test("values of .env files and of the command line are in the key of an image that has them", async () => {
  const before = await directoryKeys({});
  const of = async (...args: Parameters<typeof directoryKeys>) => {
    const after = await directoryKeys(...args);
    return [after.key !== before.key, after.packagesKey !== before.packagesKey];
  };
  assertEquals(await of({}), [false, false]);
  assertEquals(await of({ "/c/.env": "# A comment.\nTEXT=one\nDB=one\nUNUSED=one\n" }), [false, false]);
  assertEquals(await of({ "/c/.env": "DB=two\nTEXT=one\nUNUSED=one\n" }), [true, true]);
  assertEquals(await of({ "/c/.env": "DB=one\nTEXT=two\nUNUSED=one\n" }), [true, false]);
  assertEquals(await of({}, { given: { values: new Map([["DB", "two"]]), files: [] } }), [true, true]);
});

Deno.test("a bootstrap script, and the settings that it sees, are in the key of an image", async () => {
  const script = { "/c/bootstrap.sh": "#!/bin/sh\necho one\n" };
  const before = await directoryKeys(script);
  const without = await directoryKeys({});
  const other = await directoryKeys({ "/c/bootstrap.sh": "#!/bin/sh\necho two\n" });
  const setting = await directoryKeys({ ...script, "/c/.env": "DB=one\nTEXT=one\nUNUSED=two\n" });
  assertEquals(new Set([before, without, other, setting].map(({ key }) => key)).size, 4);
});

Deno.test("an image shows its key, from which no value can be guessed without the secret of the user", async () => {
  const own = (await made())!;
  const other = await made({ options: { secret: "6f".repeat(32) } });
  assertEquals(own.key === other.key || own.packagesKey === other.packagesKey, false);
  const none = await made({ options: { secret: undefined } });
  assertEquals([none.key, none.packagesKey], [undefined, undefined]);
  assertStringIncludes(none.notes.join(), "it is built every time");
});
