import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { inProcess } from "../../../lib/adapters/host/in_process.ts";
import { makeDirectories, nameDirectory } from "../../../lib/plan/commands/host.ts";

async function inTemporaryDirectory(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await body(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const modeOf = (path: string) => (Deno.lstatSync(path).mode ?? 0) & 0o7777;
const there = (path: string) => Deno.lstat(path).then(() => true, () => false);

Deno.test("directories are made and named without programs, with the modes that the programs give them", async () => {
  await inTemporaryDirectory(async (directory) => {
    const [top, below] = [join(directory, "a.partial"), join(directory, "a.partial/b")];
    assert(await inProcess(makeDirectories([top, below], "755").argv));
    assertEquals([modeOf(top), modeOf(below)], [0o755, 0o755]);
    assert(await inProcess(makeDirectories([join(directory, "shut")], "700").argv));
    assertEquals(modeOf(join(directory, "shut")), 0o700);
    assert(await inProcess(nameDirectory(top, join(directory, "a")).argv));
    assertEquals([await there(top), await there(join(directory, "a/b"))], [false, true]);
  });
});

Deno.test("unusual files are left to the program, and existing files are not changed", async () => {
  await inTemporaryDirectory(async (directory) => {
    const at = (name: string) => join(directory, name);
    await Deno.mkdir(at("there"), { mode: 0o700 });
    await Deno.symlink(at("there"), at("link"));
    assert(!await inProcess(makeDirectories([at("there")], "755").argv));
    assert(!await inProcess(makeDirectories([at("link")], "755").argv));
    assert(!await inProcess(makeDirectories([at("none/below")], "755").argv));
    assertEquals(modeOf(at("there")), 0o700);
    await Deno.writeTextFile(at("there/file"), "x");
    await Deno.mkdir(at("new"));
    assert(!await inProcess(nameDirectory(at("new"), at("there")).argv));
    assert(!await inProcess(nameDirectory(at("new"), at("link")).argv));
    assertEquals([await there(at("new")), (await Deno.lstat(at("link"))).isSymlink], [true, true]);
    for (const argv of [["rm", "-r", at("new")], ["mv", at("new"), at("old")], ["mkdir", at("old")]]) {
      assert(!await inProcess(argv));
    }
    assertEquals(await there(at("old")), false);
  });
});

Deno.test("a mask that takes rights away leaves making directories to the program", async () => {
  await inTemporaryDirectory(async (directory) => {
    const mask = Deno.umask(0o077);
    try {
      assert(!await inProcess(makeDirectories([join(directory, "a")], "755").argv));
      assertEquals(await there(join(directory, "a")), false);
    } finally {
      Deno.umask(mask);
    }
  });
});
