import { assert, assertEquals, assertRejects } from "@std/assert";
import { machineLocks, notedRuns } from "../../../../lib/adapters/host/machine_locks.ts";
import { FILE, held, inRoot, runOf, SEEN, signal } from "./runs.ts";

Deno.test("two daemons exclude each other from a directory, and from those in it or around it", async () => {
  await inRoot(async (root) => {
    const [a, b] = [machineLocks("/a.socket", root), machineLocks("/b.socket", root)];
    const first = held(await a.take(runOf("web", "/d/web"), SEEN, signal));
    for (const directory of ["/d/web", "/d/web/data", "/d"]) {
      const found = await b.take(runOf("web", directory), SEEN, signal);
      assert(!("release" in found), directory);
      assertEquals([found.pid, found.command, found.use.directory], [Deno.pid, "start", "/d/web"]);
    }
    held(await b.take(runOf("web2", "/d/web2"), SEEN, signal));
    await first.release();
    held(await b.take(runOf("web", "/d/web"), SEEN, signal));
  });
});

Deno.test("a shared directory that one run replaces is left alone by runs of other daemons", async () => {
  await inRoot(async (root) => {
    const [a, b] = [machineLocks("/a.socket", root), machineLocks("/b.socket", root)];
    const use = (instance: string, replaced?: true) => ({
      ...runOf(instance),
      uses: [{ directory: "/d/shared", instance, own: false, ...(replaced ? { replaced } : {}) }],
    });
    const start = held(await a.take(use("web"), SEEN, signal));
    held(await b.take(use("db"), SEEN, signal));
    assert(!("release" in await b.take(use("db", true), SEEN, signal)));
    await start.release();
    const rollback = held(await b.take(use("db", true), SEEN, signal));
    assert(!("release" in await a.take(use("web"), SEEN, signal)));
    assert(!("release" in await a.take(use("web", true), SEEN, signal)));
    held(await b.take(use("other"), SEEN, signal));
    await rollback.release();
  });
});

Deno.test("a shared directory that one run replaces is left alone by runs of the same daemon", async () => {
  await inRoot(async (root) => {
    const machine = machineLocks("/a.socket", root);
    const take = async (pid: number, directory: string, replaced?: true, since = SEEN) => {
      const use = { directory, instance: `i${pid}`, own: false, ...(replaced ? { replaced } : {}) };
      return await machine.take({ ...runOf("web"), pid, uses: [use] }, since, signal);
    };
    const before = await machine.look();
    const rollback = held(await take(1, "/d/shared", true));
    for (const directory of ["/d/shared", "/d/shared/data"]) {
      const found = await take(2, directory);
      assert(!("release" in found), directory);
      assertEquals([found.pid, found.use.directory], [1, "/d/shared"]);
    }
    // What is around it stays, and so does what the same run has.
    held(await take(3, "/d"));
    held(await take(1, "/d/shared/data"));
    await rollback.release();
    const start = held(await take(2, "/d/shared/data", undefined, before));
    assertEquals(start.hasChanged, true);
    assert(!("release" in await take(4, "/d/shared", true)));
    await start.release();
    held(await take(5, "/d/shared/data"));
  });
});

Deno.test("a directory is the same one where it is mounted at another place, too", async () => {
  await inRoot(async (root) => {
    const [a, b] = [machineLocks("/a.socket", root), machineLocks("/b.socket", root)];
    const use = (directory: string, keys: readonly string[]) => ({
      ...runOf("web"),
      uses: [{ directory, instance: "web", own: true, keys }],
    });
    held(await a.take(use("/d/web", ["8:2/web", "7:1/d/web"]), SEEN, signal));
    for (
      const [directory, keys] of [["/bound/web", ["8:2/web"]], ["/bound/web/data", [
        "8:9/data",
        "8:2/web/data",
      ]]] as const
    ) {
      assert(!("release" in await b.take(use(directory, keys), SEEN, signal)), directory);
    }
    held(await b.take(use("/bound/web2", ["8:2/web2"]), SEEN, signal));
    held(await a.take(use("/d/db", ["8:5", "8:4/db", "@0:9 /d/db"]), SEEN, signal));
    for (
      const [directory, keys] of [
        // A part of it is mounted elsewhere, and a directory around it.
        ["/part", ["8:6", "8:7/part", "@0:9 /d/db/data"]],
        ["/around", ["8:8", "8:7/around", "@0:9 /d"]],
      ] as const
    ) {
      assert(!("release" in await b.take(use(directory, keys), SEEN, signal)), directory);
    }
    held(await b.take(use("/d/db2", ["8:11", "8:4/db2", "@0:9 /d/db2"]), SEEN, signal));
    held(await b.take(use("/other/web", []), SEEN, signal));
    const other = {
      ...use("/bound/web", ["8:2/web"]),
      uses: [{ directory: "/bound/web", own: true, instance: "web2", keys: ["8:2/web"] }],
    };
    assert(!("release" in await a.take(other, SEEN, signal)));
  });
});

Deno.test("runs that have not ended can be looked at, of every daemon, and nothing is locked for it", async () => {
  await inRoot(async (root) => {
    const directories = async () =>
      (await notedRuns(root)).flatMap(({ pid, uses = [] }) =>
        uses.map(({ directory }) => pid === Deno.pid ? directory : "?")
      ).sort();
    assertEquals(await directories(), []);
    const first = held(await machineLocks("/a.socket", root).take(runOf("web", "/d/web"), SEEN, signal));
    const second = held(await machineLocks("/b.socket", root).take(runOf("db", "/d/db"), SEEN, signal));
    assertEquals(await directories(), ["/d/db", "/d/web"]);
    await first.release();
    assertEquals(await directories(), ["/d/db"]);
    await second.release();
    assertEquals(await directories(), []);
  });
});

Deno.test("a directory that several instances share is locked for none of them", async () => {
  await inRoot(async (root) => {
    const [a, b] = [machineLocks("/a.socket", root), machineLocks("/b.socket", root)];
    held(await a.take(runOf("web", ["/shared", false], "/d/web"), SEEN, signal));
    held(await b.take(runOf("mail", ["/shared", false]), SEEN, signal));
    // It saves what is another's own.
    const found = await b.take(runOf("backup", ["/d/web", false]), SEEN, signal);
    assertEquals("use" in found && found.use, { directory: "/d/web", instance: "web", own: true });
  });
});

Deno.test("at one daemon, only two instances with one directory of their own exclude each other", async () => {
  await inRoot(async (root) => {
    const locks = machineLocks("/a.socket", root);
    held(await locks.take(runOf("web", "/d/web"), SEEN, signal));
    held(await locks.take(runOf("web", "/d/web"), SEEN, signal));
    held(await locks.take(runOf("backup", ["/d/web", false]), SEEN, signal));
    held(await locks.take(runOf("in-it", "/d/web/in"), SEEN, signal));
    assert(!("release" in await locks.take(runOf("web2", "/d/web"), SEEN, signal)));
  });
});

Deno.test("a run learns of another daemon's run that worked on its directory since its look", async () => {
  await inRoot(async (root) => {
    const [a, b] = [machineLocks("/a.socket", root), machineLocks("/b.socket", root)];
    const changed = async (since = SEEN, directory = "/d/web") => {
      const { hasChanged, release } = held(await a.take(runOf("web", directory), since, signal));
      await release();
      return hasChanged;
    };
    const first = await a.look();
    assertEquals(await changed(first), false);
    await held(await b.take(runOf("web", "/d/web/data"), SEEN, signal)).release();
    assertEquals([await changed(first), await changed(first, "/d/other")], [true, false]);
    const second = await a.look();
    assertEquals(await changed(second), false);
    // One that runs while this one looks, and ends before it locks.
    const other = held(await b.take(runOf("web", "/d/web"), SEEN, signal));
    const during = await a.look();
    await other.release();
    assertEquals(await changed(during), true);
    // A daemon's own runs are no change, and a look expires.
    assertEquals(await changed(await a.look()), false);
    assertEquals(await changed({ ...await a.look(), at: performance.now() - 250_000 }), true);
  });
});

Deno.test("runs that ended long ago are forgotten", async () => {
  await inRoot(async (root) => {
    const locks = machineLocks("/a.socket", root);
    const names = async () =>
      (await Array.fromAsync(Deno.readDir(`${root}/locks/%2Fa.socket`))).map(({ name }) => name);
    await held(await locks.take(runOf("web", "/d/web"), SEEN, signal)).release();
    const [ended] = await names();
    assert(ended?.startsWith(`ended-${Deno.pid}-`));
    await held(await locks.take(runOf("web", "/d/web"), SEEN, signal)).release();
    assertEquals((await names()).length, 2);
    const old = new Date(Date.now() - 400_000);
    await Deno.utime(`${root}/locks/%2Fa.socket/${ended}`, old, old);
    await held(await locks.take(runOf("web", "/d/web"), SEEN, signal)).release();
    assertEquals([(await names()).length, (await names()).includes(ended!)], [2, false]);
  });
});

Deno.test("the lock of a process that was killed is free at once", async () => {
  await inRoot(async (root) => {
    const module = new URL("../../../../lib/adapters/host/machine_locks.ts", import.meta.url);
    const script = `import { machineLocks } from "${module}";
      await machineLocks("/a.socket", "${root}").take(${JSON.stringify(runOf("web", "/d/web"))},
        { ended: new Set(), at: performance.now() }, new AbortController().signal);
      console.log("held");
      setTimeout(() => {}, 60_000);`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", "--ext=ts", script],
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    const b = machineLocks("/b.socket", root);
    const before = await b.look();
    assert(!("release" in await b.take(runOf("web", "/d/web"), before, signal)));
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    const found = held(await b.take(runOf("web", "/d/web"), before, signal));
    // What it did last may be younger than what was seen.
    assertEquals(found.hasChanged, true);
    await found.release();
    assertEquals(held(await b.take(runOf("web", "/d/web"), await b.look(), signal)).hasChanged, false);
  });
});

Deno.test("of two processes at once, exactly one gets a directory", async () => {
  await inRoot(async (root) => {
    for (let round = 0; round < 20; round++) {
      const found = await Promise.all(
        ["/a.socket", "/b.socket"].map((daemon) =>
          machineLocks(daemon, root).take(runOf("web", "/d/web"), SEEN, signal)
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
    await Deno.mkdir(`${root}/locks/%2Fa.socket`, { recursive: true, mode: 0o700 });
    const path = `${root}/locks/%2Fa.socket/${FILE}`;
    for (const text of ["", "{", "[]", '{"uses":[{"directory":1}]}', `{"uses": "${"x".repeat(2 ** 20)}"}`]) {
      await Deno.writeTextFile(path, text);
      using file = await Deno.open(path, { write: true });
      await file.lock(true);
      const found = await machineLocks("/b.socket", root).take(runOf("web", "/d/web"), SEEN, signal);
      assert(!("release" in found));
      assertEquals([found.pid, found.use.directory], [undefined, "/d/web"]);
    }
  });
});

Deno.test("a run of another version of lxops excludes others from its directories alone", async () => {
  await inRoot(async (root) => {
    await Deno.mkdir(`${root}/locks/%2Fa.socket`, { recursive: true, mode: 0o700 });
    const path = `${root}/locks/%2Fa.socket/${FILE}`;
    await Deno.writeTextFile(path, '{"pid":1,"uses":[{"directory":"/d/web","more":1}]}');
    using file = await Deno.open(path, { write: true });
    await file.lock(true);
    const b = machineLocks("/b.socket", root);
    const found = await b.take(runOf("web", "/d/web"), SEEN, signal);
    assertEquals("use" in found && found.use, { directory: "/d/web", own: true });
    held(await b.take(runOf("mail", "/d/mail"), SEEN, signal));
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
        () => machineLocks("/a.socket", `${root}/${name}`).take(runOf("web", "/d/web"), SEEN, signal),
        Error,
        "is not a directory of root that only root can write to",
      );
    }
    assertEquals((await Array.fromAsync(Deno.readDir(`${root}/real`))).length, 0);
  });
});
