import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { archive, installerFor } from "../../scripts/package/archive.ts";
import { debianPackage } from "../../scripts/package/debian.ts";
import { glibcOf, MACHINES } from "../../scripts/package/machine.ts";
import { readSources } from "../../scripts/package/sources.ts";
import { filesOf } from "../../scripts/package/tree.ts";
import { documentation } from "../../scripts/docs/pages.ts";
import { run } from "../../scripts/build/run.ts";
import { PROGRAMS } from "../../scripts/build/compile.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const machine = MACHINES.find(({ target }) => target === Deno.build.target) ?? MACHINES[0]!;
const release = { version: "1.2.3", time: 1_700_000_000 };
const read = (path: string) => Deno.readTextFileSync(join(ROOT, path));

/** A program that says its version, with the names of symbols in it. */
function program(name: string): Uint8Array {
  return new TextEncoder().encode(`#!/bin/sh\n# GLIBC_2.4 GLIBC_2.27 GLIBC_2.9\necho '${name} 1.2.3'\n`);
}

const programs = new Map(PROGRAMS.map(({ name }) => [name, program(name)]));
const sources = await readSources(ROOT);
const { installer } = sources;
const files = await filesOf({
  programs,
  documentation: await documentation(),
  release,
  texts: sources.texts,
  examples: sources.examples,
  reference: "<!doctype html>\n",
});
const glibc = "2.27";

const debian = () =>
  debianPackage({
    ...sources,
    release,
    architecture: machine.debian,
    glibc,
    files,
    changelog: read("CHANGELOG.md"),
    maintainer: "A <a@b.example>",
    compression: "gzip",
  });
const name = `lxops-1.2.3-${machine.label}`;
const tarball = () =>
  archive({
    ...sources,
    name,
    release,
    machine,
    glibc,
    files,
    license: read("LICENSE"),
    compression: "gzip",
  });

async function inTemporaryDirectory(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await body(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function must(program: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(program, args);
  assertEquals(code, 0, `${program} ${args.join(" ")}\n${stderr}${stdout}`);
  return stdout;
}

async function isThere(program: string): Promise<boolean> {
  return (await run("/bin/sh", ["-c", `command -v ${program}`])).code === 0;
}

Deno.test("packages of the same tree have the same bytes", async () => {
  assertEquals(await debian(), await debian());
  assertEquals(await tarball(), await tarball());
});

Deno.test("glibcOf() is the latest version that a program names", () => {
  assertEquals(glibcOf(program("x")), "2.27");
});

Deno.test("dpkg reads the Debian package: its control file, its contents and their sums", async () => {
  if (!await isThere("dpkg-deb")) return console.log("There is no dpkg-deb here");
  await inTemporaryDirectory(async (directory) => {
    const path = join(directory, "lxops.deb");
    await Deno.writeFile(path, await debian());
    const info = await must("dpkg-deb", "--info", path);
    for (
      const line of [
        "Package: lxops",
        "Version: 1.2.3",
        `Architecture: ${machine.debian}`,
        "Depends: libc6 (>= 2.27), libgcc-s1",
      ]
    ) {
      assertStringIncludes(info, ` ${line}\n`);
    }
    const contents = await must("dpkg-deb", "--contents", path);
    for (const line of contents.trimEnd().split("\n")) {
      assertMatch(line, /^[-dl]rw[x-]r.[x-]r.[x-] root\/root +\d+ 2023-11-14 /);
    }
    for (
      const file of [
        "bin/lxops-incus",
        "bin/lxops-lxd",
        "share/man/man1/lxops-image-build.1.gz",
        "share/man/man1/lxops-incus.1.gz -> lxops.1.gz",
        "share/man/man7/lxops-config.7.gz",
        "share/bash-completion/completions/lxops-lxd -> lxops",
        "share/zsh/vendor-completions/_lxops",
        "share/fish/vendor_completions.d/lxops.fish",
        "lib/systemd/system/lxops-pool-tend.service",
        "share/doc/lxops/copyright",
        "share/doc/lxops/changelog.Debian.gz",
        "share/doc/lxops/reference.html",
        "share/doc/lxops/examples/sudoers",
        "share/doc/lxops/examples/hello/hello.yaml",
        "share/doc/lxops/examples/services/home/.env.example",
      ]
    ) assertStringIncludes(contents, ` ./usr/${file}\n`);
    assertMatch(contents, /^-rwxr-xr-x .*\/examples\/backup\/lxops-backup$/m);
    await must("dpkg-deb", "--raw-extract", path, join(directory, "x"));
    await must("/bin/sh", "-c", `cd '${directory}/x' && md5sum --quiet -c DEBIAN/md5sums`);
  });
});

Deno.test("a package has the examples of the tree as git has them, and no file beside them", async () => {
  const secret = join(ROOT, "examples/services/home/.env");
  const had = await Deno.readTextFile(secret).catch(() => undefined);
  await Deno.writeTextFile(secret, had ?? "PASSWORD=hush\n");
  try {
    const { examples } = await readSources(ROOT);
    const paths = examples.map(({ path }) => path);
    assert(
      paths.includes("services/home/lxops.yaml") && !paths.includes("services/home/.env"),
      paths.join(" "),
    );
    assertEquals(paths, paths.toSorted());
  } finally {
    if (had === undefined) await Deno.remove(secret);
  }
});

Deno.test("visudo takes the example for sudoers", async () => {
  const example = files.find(({ path }) => path.endsWith("/sudoers"))!;
  const text = example.kind === "file" ? String(example.content) : "";
  assertStringIncludes(text, "/usr/sbin/zfs");
  assert(!text.includes("@"), text);
  if (!await isThere("visudo")) return console.log("There is no visudo here");
  await inTemporaryDirectory(async (directory) => {
    await Deno.writeTextFile(`${directory}/sudoers`, text, { mode: 0o440 });
    await must("visudo", "-cf", `${directory}/sudoers`);
  });
});

/** Unpacks the archive, whose installer looks for a loader. */
async function unpacked(directory: string, loader: string): Promise<string> {
  await Deno.writeFile(`${directory}/a.tar.gz`, await tarball());
  await must("tar", "-xzf", `${directory}/a.tar.gz`, "-C", directory);
  const place = join(directory, name);
  const text = installerFor({ installer, machine: { ...machine, loader }, glibc });
  await Deno.writeTextFile(`${place}/install.sh`, text);
  return place;
}

Deno.test("the archive installs itself for either daemon, also over running programs, and removes itself", async () => {
  await inTemporaryDirectory(async (directory) => {
    const place = await unpacked(directory, "/bin/sh");
    const prefix = `${directory}/my prefix`;
    const told = await must(`${place}/install.sh`, "--prefix", prefix, "lxd");
    assertEquals(told, `installed: lxops-lxd 1.2.3, as ${prefix}/bin/lxops\n`);
    await must(`${place}/install.sh`, "--prefix", prefix);
    assert((await must("find", prefix)).includes("/share/zsh/site-functions/_lxops\n"));
    assertEquals(await must(`${prefix}/bin/lxops`), "lxops-incus 1.2.3\n");
    assertEquals((await must("find", prefix, "-name", "*.new.*")).trim(), "");
    await Deno.writeTextFile(`${prefix}/share/man/man1/other.1`, "");
    await must(`${place}/install.sh`, "--prefix", prefix, "--remove");
    assertEquals(
      (await must("find", prefix, "-not", "-type", "d")).trim(),
      `${prefix}/share/man/man1/other.1`,
    );
  });
});

Deno.test("the archive neither replaces nor removes a program lxops that is not its link", async () => {
  await inTemporaryDirectory(async (directory) => {
    const place = await unpacked(directory, "/bin/sh");
    const prefix = `${directory}/p`;
    await Deno.mkdir(`${prefix}/bin`, { recursive: true });
    await Deno.writeTextFile(`${prefix}/bin/lxops`, "theirs");
    const told = await must(`${place}/install.sh`, "--prefix", prefix);
    assertEquals(told, `installed: lxops-incus 1.2.3, as ${prefix}/bin/lxops-incus\n`);
    await must(`${place}/install.sh`, "--prefix", prefix, "--remove");
    assertEquals((await must("find", prefix, "-not", "-type", "d")).trim(), `${prefix}/bin/lxops`);
    assertEquals(await Deno.readTextFile(`${prefix}/bin/lxops`), "theirs");
    assertEquals((await run("ls", [`${prefix}/share/doc/lxops`])).code, 2, "its directories are left");
  });
});

Deno.test("the archive says what it needs on a machine where its programs cannot start", async () => {
  await inTemporaryDirectory(async (directory) => {
    const place = await unpacked(directory, "/nowhere/ld.so");
    const { code, stderr } = await run(`${place}/install.sh`, ["--prefix", `${directory}/prefix`]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "lxops needs glibc 2.27 or later");
    assertEquals((await run("ls", [`${directory}/prefix`])).code, 2, "something was installed");
  });
});
