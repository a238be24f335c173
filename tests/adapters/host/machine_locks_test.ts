import { assert, assertEquals, assertRejects } from "@std/assert";
import { machineLocks } from "../../../lib/adapters/host/machine_locks.ts";
import type { DirectoryUse, HeldDirectories, MachineRun, OtherRun } from "../../../lib/ports/machine_lock.ts";

const signal = new AbortController().signal;

function runOf(instance: string, ...uses: readonly (string | [string, boolean])[]): MachineRun {
  return {
    program: "lxops-incus",
    command: "start",
    user: "anna",
    pid: Deno.pid,
    since: "2026-01-01",
    uses: uses.map((use): DirectoryUse =>
      typeof use === "string"
        ? { directory: use, instance, own: true }
        : { directory: use[0], instance, own: use[1] }
    ),
  };
}

async function inRoot(test: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.chmod(root, 0o700);
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function held(found: HeldDirectories | OtherRun): HeldDirectories {
  assert("release" in found, JSON.stringify(found));
  return found;
}

Deno.test("two daemons exclude each other from a directory, and from what is in it or around it", async () => {
  await inRoot(async (root) => {
    const [a, b] = [machineLocks("/a.socket", root), machineLocks("/b.socket", root)];
    const first = held(await a.take(runOf("web", "/d/web"), signal));
    for (const directory of ["/d/web", "/d/web/data", "/d"]) {
      const found = await b.take(runOf("web", directory), signal);
      assert(!("release" in found), directory);
      assertEquals([found.pid, found.command, found.use.directory], [Deno.pid, "start", "/d/web"]);
    }
    held(await b.take(runOf("web2", "/d/web2"), signal));
    await first.release();
    held(await b.take(runOf("web", "/d/web"), signal));
  });
});

Deno.test("what several instances share is locked for none of them", async () => {
  await inRoot(async (root) => {
    const [a, b] = [machineLocks("/a.socket", root), machineLocks("/b.socket", root)];
    held(await a.take(runOf("web", ["/shared", false], "/d/web"), signal));
    held(await b.take(runOf("mail", ["/shared", false]), signal));
    // It saves what is another's own.
    const found = await b.take(runOf("backup", ["/d/web", false]), signal);
    assertEquals("use" in found && found.use, { directory: "/d/web", instance: "web", own: true });
  });
});

Deno.test("at one daemon, only two instances with one directory of their own exclude each other", async () => {
  await inRoot(async (root) => {
    const locks = machineLocks("/a.socket", root);
    held(await locks.take(runOf("web", "/d/web"), signal));
    held(await locks.take(runOf("web", "/d/web"), signal));
    held(await locks.take(runOf("backup", ["/d/web", false]), signal));
    held(await locks.take(runOf("in-it", "/d/web/in"), signal));
    assert(!("release" in await locks.take(runOf("web2", "/d/web"), signal)));
  });
});

Deno.test("a run is told of runs at other daemons that began or ended since it looked", async () => {
  await inRoot(async (root) => {
    const [a, b] = [machineLocks("/a.socket", root), machineLocks("/b.socket", root)];
    const none = await a.sign();
    const own = held(await a.take(runOf("web", "/d/web"), signal));
    assertEquals(own.sign, none);
    const other = held(await b.take(runOf("mail", "/d/mail"), signal));
    const during = await a.sign();
    assert(during !== none);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await other.release();
    assert(await a.sign() !== during);
    // The own runs of a daemon are no news for it.
    const before = await a.sign();
    await own.release();
    assertEquals(await a.sign(), before);
  });
});

Deno.test("the lock of a process that was killed is free at once, and its file goes", async () => {
  await inRoot(async (root) => {
    const module = new URL("../../../lib/adapters/host/machine_locks.ts", import.meta.url);
    const script = `import { machineLocks } from "${module}";
      await machineLocks("/a.socket", "${root}").take(${JSON.stringify(runOf("web", "/d/web"))},
        new AbortController().signal);
      console.log("held");
      setTimeout(() => {}, 60_000);`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", "--ext=ts", script],
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    const b = machineLocks("/b.socket", root);
    const before = await b.sign();
    assert(!("release" in await b.take(runOf("web", "/d/web"), signal)));
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    const found = held(await b.take(runOf("web", "/d/web"), signal));
    // What it did last may be younger than what was seen.
    assert(found.sign !== before);
    assertEquals((await Array.fromAsync(Deno.readDir(`${root}/%2Fa.socket`))).length, 0);
  });
});

Deno.test("of two processes at once, exactly one gets a directory", async () => {
  await inRoot(async (root) => {
    for (let round = 0; round < 20; round++) {
      const found = await Promise.all(
        ["/a.socket", "/b.socket"].map((daemon) =>
          machineLocks(daemon, root).take(runOf("web", "/d/web"), signal)
        ),
      );
      const got = found.flatMap((one) => "release" in one ? one : []);
      assertEquals(got.length, 1);
      await got[0]!.release();
    }
  });
});

Deno.test("a run whose file says nothing may work on anything", async () => {
  await inRoot(async (root) => {
    await Deno.mkdir(`${root}/%2Fa.socket`, { mode: 0o700 });
    const path = `${root}/%2Fa.socket/1-x`;
    for (const text of ["", "{", "[]", '{"uses":[{"directory":1}]}', `{"uses": "${"x".repeat(2 ** 20)}"}`]) {
      await Deno.writeTextFile(path, text);
      using file = await Deno.open(path, { write: true });
      await file.lock(true);
      const found = await machineLocks("/b.socket", root).take(runOf("web", "/d/web"), signal);
      assert(!("release" in found));
      assertEquals([found.pid, found.use.directory], [undefined, "/d/web"]);
    }
  });
});

Deno.test("no link and no directory that others can write to is followed", async () => {
  await inRoot(async (root) => {
    await Deno.mkdir(`${root}/real`);
    await Deno.symlink(`${root}/real`, `${root}/link`);
    await Deno.mkdir(`${root}/open`);
    await Deno.chmod(`${root}/open`, 0o777);
    for (const name of ["link", "open"]) {
      await assertRejects(
        () => machineLocks("/a.socket", `${root}/${name}`).take(runOf("web", "/d/web"), signal),
        Error,
        "is not a directory of root that only root can write to",
      );
    }
    assertEquals((await Array.fromAsync(Deno.readDir(`${root}/real`))).length, 0);
  });
});
