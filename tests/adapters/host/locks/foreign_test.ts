import { assert, assertEquals, assertRejects } from "@std/assert";
import { LxopsError, StateError } from "../../../../lib/base/errors.ts";
import { machineLocks } from "../../../../lib/adapters/host/machine_locks.ts";
import { FILE, held, inRoot, runOf, SEEN, signal } from "./runs.ts";

/** Lists the files below a directory, with their age and content. */
async function treeOf(directory: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(directory)) {
    const path = `${directory}/${name}`;
    const { mtime, ino } = await Deno.lstat(path);
    const content = isFile ? await Deno.readTextFile(path) : "";
    found.push(`${path} ${ino} ${isDirectory ? "" : mtime?.getTime()} ${content}`);
    if (isDirectory) found.push(...await treeOf(path));
  }
  return found.sort();
}

async function makeFifo(path: string): Promise<void> {
  assert((await new Deno.Command("mkfifo", { args: ["-m", "600", path] }).output()).success);
}

/** Writes an old file, whose name is that of a run's. */
async function writeOld(path: string): Promise<void> {
  await Deno.writeTextFile(path, "data", { mode: 0o600 });
  const old = new Date(Date.now() - 3_600_000);
  await Deno.utime(path, old, old);
}

/** Checks that two daemons exclude each other, for each of two more runs; returns what they find foreign. */
async function foreignTo(root: string): Promise<readonly string[]> {
  const [a, b] = [machineLocks("/a.socket", root), machineLocks("/b.socket", root)];
  const first = held(await a.take(runOf("web", "/d/web"), await a.look(), signal));
  assert(!("release" in await b.take(runOf("web", "/d/web"), await b.look(), signal)));
  const second = held(await b.take(runOf("mail", "/d/mail"), await b.look(), signal));
  await Promise.all([first.release(), second.release()]);
  assertEquals(held(await b.take(runOf("web", "/d/web"), await b.look(), signal)).hasChanged, false);
  return first.foreign;
}

Deno.test("the secrets of a machine that is itself an instance are left alone, as is all next to the locks", async () => {
  await inRoot(async (root) => {
    await Deno.chmod(root, 0o755);
    await Deno.mkdir(`${root}/secrets`, { mode: 0o711 });
    await Deno.mkdir(`${root}/%2Fold.socket`);
    await Deno.mkdir(`${root}/empty`);
    for (const path of ["secrets/db", `secrets/ended-${FILE}`, `%2Fold.socket/${FILE}`, FILE, "gate"]) {
      await writeOld(`${root}/${path}`);
    }
    const before = await treeOf(root);
    assertEquals(await foreignTo(root), []);
    assertEquals((await treeOf(root)).filter((line) => !line.startsWith(`${root}/locks`)), before);
  });
});

Deno.test("foreign files among the locks are reported and left alone, and all others are locked", async () => {
  await inRoot(async (root) => {
    const locks = `${root}/locks`;
    const other = `${root}/other`;
    const names = (digit: number) => FILE.replace(/0$/, String(digit));
    for (const path of ["sub/deep", "%2Fb.socket", "%2Fc.socket", "%2Fd.socket", "%2Fopen.socket"]) {
      await Deno.mkdir(`${locks}/${path}`, { recursive: true, mode: 0o700 });
    }
    await Deno.mkdir(other);
    await Deno.chmod(`${locks}/%2Fopen.socket`, 0o777);
    for (const path of ["loose", "sub/db", `sub/${FILE}`, `%2Fopen.socket/${FILE}`, "%2Fb.socket/ended-db"]) {
      await writeOld(`${locks}/${path}`);
    }
    for (const name of [FILE, `ended-${names(1)}`, "linked"]) await writeOld(`${other}/${name}`);
    await Deno.symlink(other, `${locks}/%2Flink.socket`);
    await Deno.symlink(`${other}/${FILE}`, `${locks}/%2Fb.socket/${names(1)}`);
    await Deno.symlink("/dev/tty", `${locks}/%2Fb.socket/ended-${names(2)}`);
    await Deno.link(`${other}/linked`, `${locks}/%2Fc.socket/${names(3)}`);
    await Deno.link(`${other}/linked`, `${locks}/%2Fc.socket/ended-${names(4)}`);
    await Deno.mkdir(`${locks}/%2Fc.socket/${names(5)}`);
    await makeFifo(`${locks}/%2Fd.socket/${names(6)}`);
    await makeFifo(`${locks}/%2Fsocket`);
    await Deno.writeTextFile(`${locks}/%2Fd.socket/${names(7)}`, "", { mode: 0o600 });
    await Deno.chmod(`${locks}/%2Fd.socket/${names(7)}`, 0o666);
    const before = await treeOf(root);
    assertEquals(
      (await foreignTo(root)).map((path) => path.slice(locks.length + 1)).sort(),
      [
        "%2Fb.socket/ended-db",
        `%2Fb.socket/${names(1)}`,
        `%2Fb.socket/ended-${names(2)}`,
        `%2Fc.socket/${names(3)}`,
        `%2Fc.socket/ended-${names(4)}`,
        `%2Fc.socket/${names(5)}`,
        `%2Fd.socket/${names(6)}`,
        `%2Fd.socket/${names(7)}`,
        "%2Flink.socket",
        "%2Fopen.socket",
        "%2Fsocket",
        "loose",
        "sub",
      ].sort(),
    );
    const after = await treeOf(root);
    assertEquals(before.filter((line) => !after.includes(line)), []);
  });
});

Deno.test("the file of a run that ended takes the place of nothing", async () => {
  await inRoot(async (root) => {
    const directory = `${root}/locks/%2Fa.socket`;
    await Deno.mkdir(`${directory}/ended-${FILE}`, { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(`${directory}/${FILE}`, JSON.stringify(runOf("web", "/d/web")), { mode: 0o600 });
    const b = machineLocks("/b.socket", root);
    for (let round = 0; round < 2; round++) {
      // It may have changed the directory at any time.
      const found = held(await b.take(runOf("web", "/d/web"), await b.look(), signal));
      assertEquals([found.hasChanged, found.foreign], [true, [`${directory}/ended-${FILE}`]]);
      await found.release();
    }
    assertEquals((await Array.fromAsync(Deno.readDir(directory))).length, 2);
  });
});

Deno.test("the file that all lock is neither waited for nor followed, whatever it is", async () => {
  for (
    const [kind, make] of Object.entries<(gate: string, root: string) => Promise<unknown>>({
      fifo: makeFifo,
      link: (gate, root) => Deno.symlink(`${root}/target`, gate),
      directory: (gate) => Deno.mkdir(gate),
      twice: async (gate, root) => {
        await writeOld(`${root}/first`);
        await Deno.link(`${root}/first`, gate);
      },
    })
  ) {
    await inRoot(async (root) => {
      await Deno.mkdir(`${root}/locks`, { mode: 0o700 });
      await make(`${root}/locks/gate`, root);
      const before = await treeOf(root);
      const locks = machineLocks("/a.socket", root);
      const error = await assertRejects(
        async () => await locks.take(runOf("web", "/d/web"), await locks.look(), signal),
        LxopsError,
        `"${root}/locks/gate" is not a file that lxops made`,
      );
      // The command goes on without.
      assert(!(error instanceof StateError), kind);
      assertEquals(await treeOf(root), before);
    });
  }
});

Deno.test("a daemon's directory has a short name that is one of lxops, whatever its socket is called", async () => {
  await inRoot(async (root) => {
    for (
      const socket of ["relative.socket", "@abstract", `/${"\u00e4/'(x)".repeat(20)}`, "//a%2Fb\n.socket"]
    ) {
      const [a, b] = [machineLocks(socket, root), machineLocks("/b.socket", root)];
      const first = held(await a.take(runOf("web", "/d/web"), SEEN, signal));
      const found = await b.take(runOf("web", "/d/web"), SEEN, signal);
      assert(!("release" in found), socket);
      assertEquals(first.foreign, []);
      await first.release();
    }
  });
});
