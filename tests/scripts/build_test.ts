import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join, toFileUrl } from "@std/path";
import { checksums } from "../../scripts/build/checksums.ts";
import { renamed } from "../../scripts/build/chunks.ts";
import { BuildError, compile, PROGRAMS } from "../../scripts/build/compile.ts";
import { run } from "../../scripts/build/run.ts";
import { importMap, readStamp, stampModule } from "../../scripts/build/stamp.ts";
import { baseFor, elfMachine, isBaseFor, machineOf, TARGETS } from "../../scripts/build/target.ts";
import { targets } from "../../scripts/build.ts";
import * as source from "../../lib/base/version.ts";

async function inTemporaryDirectory(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await body(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const STAMP = { version: "1.2.3", commit: "abc-dirty", time: 1 } as const;

function elf(machine: number): Uint8Array {
  const header = new Uint8Array(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  new DataView(header.buffer).setUint16(18, machine, true);
  return header;
}

Deno.test("stampModule() exports what lib/base/version.ts exports, with the values of the build", async () => {
  await inTemporaryDirectory(async (directory) => {
    const file = join(directory, "version.ts");
    await Deno.writeTextFile(file, stampModule(STAMP));
    const stamped = await import(toFileUrl(file).href) as Record<string, unknown>;
    assertEquals({ ...stamped }, { VERSION: "1.2.3", COMMIT: "abc-dirty" });
    assertEquals(Object.keys(stamped).sort(), Object.keys(source).sort());
  });
});

Deno.test("lxops says that it is run from source when it is", () => {
  assertEquals({ ...source }, { VERSION: "dev", COMMIT: "source" });
});

Deno.test("importMap() adds one module to those of deno.json", () => {
  assertEquals(JSON.parse(importMap({ zod: "npm:zod" }, "file:///a.ts", "file:///b.ts")), {
    imports: { zod: "npm:zod", "file:///a.ts": "file:///b.ts" },
  });
});

Deno.test("readStamp() names the commit, and says so when files have been changed", async () => {
  await inTemporaryDirectory(async (directory) => {
    const git = (...args: string[]) =>
      run("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: directory });
    const file = join(directory, "a");
    await Deno.writeTextFile(file, "1");
    await git("init", "-q");
    await git("add", "a");
    await git("commit", "-q", "-m", "One");
    const clean = await readStamp("1.2.3", undefined, directory);
    assertEquals(/^[0-9a-f]{12}$/.test(clean.commit), true, clean.commit);
    assertEquals(clean.time > 1_600_000_000, true);
    await Deno.writeTextFile(join(directory, "untracked"), "");
    assertEquals(await readStamp("1.2.3", undefined, directory), clean);
    await Deno.writeTextFile(file, "2");
    assertEquals(await readStamp("1.2.3", "5", directory), {
      ...clean,
      commit: `${clean.commit}-dirty`,
      time: 5,
    });
  });
});

Deno.test("readStamp() does without git", async () => {
  await inTemporaryDirectory(async (directory) => {
    assertEquals(await readStamp("1.2.3", undefined, directory), {
      version: "1.2.3",
      commit: "unknown",
      time: 0,
    });
  });
});

Deno.test("elfMachine() reads the machine of a program, and nothing else", () => {
  assertEquals(elfMachine(elf(183)), 183);
  assertEquals(elfMachine(elf(62)), 62);
  assertEquals(elfMachine(elf(62).subarray(0, 19)), undefined);
  assertEquals(elfMachine(new TextEncoder().encode("#!/bin/sh\necho a program\n")), undefined);
});

Deno.test("machineOf() knows this machine's programs, and returns nothing for missing files", async () => {
  const own = TARGETS.find(({ triple }) => triple === Deno.build.target);
  assertEquals(await machineOf(Deno.execPath()), own?.machine);
  assertEquals(await machineOf("/nonexistent"), undefined);
  assertEquals(await machineOf("/"), undefined);
});

Deno.test("baseFor() finds the base binary of each machine among several", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const paths = await Promise.all(TARGETS.map(async ({ label, machine }) => {
      const header = new Uint8Array(64);
      header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
      new DataView(header.buffer).setUint16(18, machine, true);
      await Deno.writeFile(`${directory}/${label}`, header);
      return `${directory}/${label}`;
    }));
    for (const [at, target] of TARGETS.entries()) {
      assertEquals(await baseFor(target, paths.toReversed()), paths[at]);
      // The message about one that is for another machine names it.
      assertEquals(await baseFor(target, [`${directory}/none`]), `${directory}/none`);
      assertEquals(await baseFor(target, []), undefined);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("isBaseFor() refuses the base binary of another machine", () => {
  for (const target of TARGETS) {
    assertEquals(TARGETS.filter(({ machine }) => isBaseFor(target, machine)), [target]);
    assertEquals(isBaseFor(target, undefined), false);
  }
});

Deno.test("targets() builds for this machine under the plain name, for all with theirs", () => {
  assertEquals(targets("aarch64-unknown-linux-gnu", false).map(({ suffix }) => suffix), [""]);
  assertEquals(
    targets("x86_64-unknown-linux-gnu", true).map(({ target, suffix }) => target.triple + suffix),
    [
      "x86_64-unknown-linux-gnu-x86_64-linux",
      "aarch64-unknown-linux-gnu-aarch64-linux",
    ],
  );
  assertThrows(
    () => targets("x86_64-apple-darwin", false),
    BuildError,
    "lxops is not built for x86_64-apple-darwin",
  );
});

Deno.test("renamed() numbers files as they are met, whatever their names were", () => {
  const bundle = (a: string, b: string) =>
    new Map([
      [b, `import"./${a}";let x="./other.js"`],
      [a, "1"],
      ["main.js", `import{b}from"./${b}";import("./${a}");import("./${b}")`],
      ["stray.js", "0"],
    ]);
  const wanted = new Map([
    ["main.js", 'import{b}from"./part1.js";import("./part2.js");import("./part1.js")'],
    ["part1.js", 'import"./part2.js";let x="./other.js"'],
    ["part2.js", "1"],
  ]);
  assertEquals(renamed(bundle("chunk-A.js", "chunk-B.js"), "main.js"), wanted);
  assertEquals(renamed(bundle("y-1.js", "x-2.js"), "main.js"), wanted);
});

Deno.test("checksums() writes what sha256sum -c reads", async () => {
  await inTemporaryDirectory(async (directory) => {
    await Deno.writeTextFile(join(directory, "b"), "");
    await Deno.writeTextFile(join(directory, "a"), "a");
    await Deno.writeTextFile(join(directory, "SHA256SUMS"), await checksums(directory, ["b", "a"]));
    const { code, stdout } = await run("sha256sum", ["-c", "--strict", "SHA256SUMS"], { cwd: directory });
    assertEquals([code, stdout], [0, "a: OK\nb: OK\n"]);
  });
});

Deno.test("compile() says what to do and leaves nothing when there is no base binary", async () => {
  await inTemporaryDirectory(async (directory) => {
    const [program] = PROGRAMS;
    const target = TARGETS.find(({ triple }) => triple === Deno.build.target);
    if (!program || !target) throw new Error("No program to build here");
    const base = join(directory, "base");
    await Deno.writeFile(base, elf(target.machine === 62 ? 183 : 62));
    const output = join(directory, "binary");
    await Deno.writeTextFile(output, "an earlier one");
    const message = await compile(program, target, join(directory, "absent"), output, base).then(
      () => "",
      (error: Error) => error.message,
    );
    assertStringIncludes(message, `"${base}" (DENORT_BIN) is not for this target.`);
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["base"]);
  });
});
