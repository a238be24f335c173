import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Made, type OPTIONS, recipe, WORLD } from "./recipes.ts";

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
  "the kind of instance": { ...edited("a.yaml", "ostype", "type: virtual-machine\nostype"), packages: true },
  "an alias": { options: { alias: "other" } },
  "a check": { options: { checks: ["true"] } },
  "host keys": { options: { hostKeys: "image" } },
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
  "the secret, where nothing is secret": { options: { secret: "ab".repeat(32) } },
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

Deno.test("values that are secret are in a key only by the secret of the user", async () => {
  const secret = "#cloud-config\nwrite_files: [{path: /key, content: hunter2, permissions: '0600'}]\n";
  const keyOf = async (text: string, options: Partial<typeof OPTIONS>) =>
    (await recipe({
      files: { "a.yaml": "image: tiny\nostype: alpine\ncloud-config-files: [a.cfg]\n", "a.cfg": text },
      options,
    })).key;
  const [own, other] = ["5e".repeat(32), "6f".repeat(32)];
  assertEquals(await keyOf(secret, { secret: own }), await keyOf(secret, { secret: own }));
  assertNotEquals(await keyOf(secret, { secret: own }), await keyOf(secret, { secret: other }));
  assertNotEquals(
    await keyOf(secret, { secret: own }),
    await keyOf(secret.replace("2", "3"), { secret: own }),
  );
  assertEquals(await keyOf(secret, { secret: undefined }), undefined);
});
