/** Commands of both daemons of a machine at the same moment, about instances with the same data. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { daemonName } from "../../../lib/adapters/host/lock_files.ts";
import { isWhole, sample } from "../../support/sample.ts";
import { until } from "../../support/until.ts";
import { connect } from "../../../scripts/testbed/rest.ts";
import { sh } from "../support/trees.ts";
import { plainConfig } from "../support/configs.ts";
import {
  type Daemon,
  daemons,
  type Ground,
  inTurn,
  onEither,
  type Outcome,
  places,
  socketVariable,
} from "../support/daemon.ts";

/** The rounds of each race; the second one begins so much later, in milliseconds. */
const ROUNDS = isWhole() ? { start: 8, up: 4, launch: 4 } : { start: 2, up: 1, launch: 1 };
const laterMs = (round: number) => ((sample() + round) * 37) % 120;

/** Asks a daemon for the status of an instance. */
async function statusAt({ socket }: Daemon, name: string): Promise<string | undefined> {
  using rest = connect(socket!);
  try {
    const { status } = await rest.send("GET", `/1.0/instances/${name}`) as { status: string };
    return status;
  } catch {
    return undefined;
  }
}

/** Returns the process that has the lock of an instance. */
async function lockedBy({ socket }: Daemon, name: string): Promise<number | undefined> {
  using rest = connect(socket!);
  try {
    const { config } = await rest.send("GET", `/1.0/profiles/lxops.lock.${name}`) as {
      config: Record<string, string>;
    };
    return Number(config["user.lxops.lock.run"]!.split(" ")[3]);
  } catch {
    return undefined;
  }
}

/** Tells whether a process has locked directories. */
async function hasDirectories(process: number): Promise<boolean> {
  for await (const { name, isDirectory } of Deno.readDir("/run/lxops/locks")) {
    if (!isDirectory) continue;
    for await (const file of Deno.readDir(`/run/lxops/locks/${name}`)) {
      if (file.name.startsWith(`${process}-`)) return true;
    }
  }
  return false;
}

/** Stops a process that has locked directories, and not while it holds the file that all others lock. */
async function pause(process: number): Promise<void> {
  await until(() => hasDirectories(process));
  await until(async () => {
    Deno.kill(process, "SIGSTOP");
    using gate = await Deno.open("/run/lxops/locks/gate", { read: true, write: true });
    for (let tries = 0; tries < 10; tries++) {
      if (await gate.tryLock(true)) return true;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    Deno.kill(process, "SIGCONT");
    return false;
  });
}

/** Returns the files of the runs at a daemon that have locked directories. */
async function runsAt({ socket }: Daemon): Promise<readonly string[]> {
  const directory = `/run/lxops/locks/${daemonName(await Deno.realPath(socket!))}`;
  const names = await Array.fromAsync(Deno.readDir(directory), ({ name }) => name).catch(() => []);
  return names.filter((name) => /^[0-9]/.test(name));
}

/** Runs a command at both daemons, the second one a little later. */
async function race(ground: Ground, round: number, args: readonly string[]): Promise<readonly Outcome[]> {
  const env = Object.assign({}, ...daemons.map(socketVariable)) as Record<string, string>;
  const order = round % 2 === 0 ? daemons : daemons.toReversed();
  const outcomes = new Map<Daemon, Outcome>();
  await Promise.all(order.map(async (daemon, at) => {
    await new Promise((resolve) => setTimeout(resolve, at * laterMs(round)));
    outcomes.set(daemon, await ground.run(args, { argv: daemon.argv, env }));
  }));
  return daemons.map((daemon) => outcomes.get(daemon)!);
}

/** Checks that exactly one of two commands has come to its end, and that its instance alone runs. */
async function exactlyOne(name: string, outcomes: readonly Outcome[]): Promise<void> {
  const text = outcomes.map(({ code, stderr }) => `${code}: ${stderr}`).join("\n");
  const states = await Promise.all(daemons.map((daemon) => statusAt(daemon, name)));
  const won = outcomes.findIndex(({ code }) => code === 0);
  assertEquals(states.filter((one) => one === "Running").length, 1, text);
  assert(won >= 0 && states[won] === "Running", text);
  assert([9, 11].includes(outcomes[1 - won]!.code), text);
}

onEither("of two daemons at the same moment, one starts an instance with a directory, and never both", [
  "directory",
  "second daemon",
  "root",
], async (ground) => {
  const [name, made] = [ground.name(), ground.name("-made")];
  const env = Object.assign({}, ...daemons.map(socketVariable)) as Record<string, string>;
  const at = (daemon: Daemon) => ({ argv: daemon.argv, env });
  const both = async (...args: string[]) =>
    await Promise.all(daemons.map((daemon) => ground.run(args, at(daemon))));
  await ground.write("a.yaml", plainConfig());
  const file = ["-name", name, "a.yaml"];
  try {
    for (let round = 0; round < ROUNDS.launch; round++) {
      if (round > 0) await both("delete", "--force", "-wait-stop", "0", ...file);
      await exactlyOne(name, await race(ground, round, ["launch", ...file]));
    }
    await both("stop", "-wait-stop", "0", name);
    for (const daemon of daemons) {
      if (await statusAt(daemon, name) !== undefined) continue;
      await ground.ok(["launch", ...file], at(daemon));
      await ground.ok(["stop", "-wait-stop", "0", name], at(daemon));
    }
    for (const [kind, args] of [["start", ["start", name]], ["up", ["up", ...file]]] as const) {
      for (let round = 0; round < ROUNDS[kind]; round++) {
        await exactlyOne(name, await race(ground, round, args));
        await both("stop", "-wait-stop", "0", name);
      }
    }
    // While one daemon gives the instance a new root filesystem, the other one does not start, whichever runs.
    const [first, second] = daemons as [Daemon, Daemon];
    await ground.ok(["start", name], at(first));
    let isOver = false;
    const rebuilding = ground.run(["rebuild", "-wait-stop", "0", ...file], at(first))
      .finally(() => isOver = true);
    await until(async () => await lockedBy(first, name) !== undefined);
    const process = (await lockedBy(first, name))!;
    // It stands still meanwhile, so that it does not end before the other has looked.
    await pause(process);
    const start = async () => await ground.run(["start", name], at(second));
    const refused = await start().finally(() => Deno.kill(process, "SIGCONT"));
    assertEquals(refused.code, 11, refused.stderr);
    assertStringIncludes(refused.stderr, `of instance "${name}" (process ${process} `);
    assertStringIncludes(
      refused.stderr,
      `, ${first.title === "Incus" ? "lxops-incus" : "lxops-lxd"} rebuild of `,
    );
    while (!isOver) {
      const { code, stderr } = await start();
      assert([9, 11].includes(code), `${code}: ${stderr}`);
    }
    const { code, stderr } = await rebuilding;
    assertEquals(code, 0, stderr);
    // A daemon continues a start whose command has ended, and lists the instance as stopped meanwhile.
    await both("stop", "-wait-stop", "0", name);
    using rest = connect(first.socket!);
    const slow = { "raw.lxc": "lxc.hook.pre-start = /bin/sleep 2" };
    await rest.send("PATCH", `/1.0/instances/${name}`, { config: slow });
    const starting = rest.send("PUT", `/1.0/instances/${name}/state`, { action: "start", timeout: 30 });
    await until(async () => {
      const { running } = await rest.send("GET", "/1.0/operations?recursion=1") as { running?: unknown };
      return JSON.stringify(running ?? []).includes(`/${name}"`);
    });
    assertEquals(await statusAt(first, name), "Stopped");
    const early = await start();
    assertEquals(early.code, 9, early.stderr);
    assertStringIncludes(early.stderr, `instance "${name}" of ${first.title}, which runs, has its device`);
    await starting;
    // It may also start what it makes.
    const { api_extensions } = await rest.send("GET", "/1.0") as { api_extensions: readonly string[] };
    if (api_extensions.includes("instance_create_start")) {
      await both("stop", "-wait-stop", "0", name);
      const devices = { data: { type: "disk", path: "/data", source: `${places.directory}/${name}/data` } };
      const making = rest.send("POST", "/1.0/instances", {
        name: made,
        source: { type: "image", alias: "tiny" },
        config: slow,
        devices,
        start: true,
      });
      await until(async () => await statusAt(first, made) === "Stopped");
      const late = await start();
      assertEquals(late.code, 9, late.stderr);
      assertStringIncludes(
        late.stderr,
        `instance "${made}" of ${first.title}, which runs, has its device`,
      );
      await making;
    }
  } finally {
    await both("down", "--adopt", "-wait-stop", "0", made);
    await both("delete", "--force", "-wait-stop", "0", ...file);
    await ground.run(["destroy", ...file], at(daemons[0]!));
  }
});

/** Makes a profile with a directory of the host. */
async function shareAt({ socket }: Daemon, name: string, source: string): Promise<void> {
  using rest = connect(socket!);
  const devices = { shared: { type: "disk", source, path: "/mnt/shared" } };
  await rest.send("POST", "/1.0/profiles", { name, devices });
}

inTurn("run, pools and create --start keep out of a directory that the other daemon's command works on", [
  "directory",
  "second daemon",
  "root",
], async (here) => {
  const other = daemons.find(({ title }) => title !== here.daemon.title)!;
  const env = Object.assign({}, ...daemons.map(socketVariable)) as Record<string, string>;
  const there = { argv: other.argv, env };
  const [name, made, thrown] = [here.name(), here.name("-made"), here.name("-thrown")];
  const pool = `${here.id}p`;
  const directory = `${places.directory}/${name}/data`;
  const mount = `${directory}:/mnt/shared`;
  const is = ["-name", name, "a.yaml"];
  await here.write("a.yaml", plainConfig());
  try {
    await here.ok(["launch", ...is], there);
    await shareAt(here.daemon, pool, directory);
    const rebuilding = here.run(["rebuild", "-wait-stop", "0", ...is], there);
    await until(async () => await lockedBy(other, name) !== undefined);
    const process = (await lockedBy(other, name))!;
    await pause(process);
    const waiting = [
      here.run(["run", "--mount", mount, "tiny", "true"], { env }),
      here.run(["pool", "create", "--size", "1", "--profile", "default", "--profile", pool, pool, "tiny"], {
        env,
      }),
    ];
    let [ended, early, created] = [0, 0, undefined as Outcome | undefined];
    waiting.forEach((one) => one.then(() => ended++));
    try {
      created = await here.run(
        ["create", "--start", "--profile", "default", "--profile", pool, "tiny", made],
        { env },
      );
      early = ended;
    } finally {
      Deno.kill(process, "SIGCONT");
    }
    assertEquals(early, 0);
    assertEquals(created.code, 11, created.stderr);
    assertStringIncludes(
      created.stderr,
      `Cannot run create: another lxops works on "${places.directory}/${name}"`,
    );
    assertEquals((await rebuilding).code, 0);
    for (const { code, stderr } of await Promise.all(waiting)) {
      assertEquals(code, 0, stderr);
      assertStringIncludes(
        stderr,
        `waiting up to 60 s for "${places.directory}/${name}" (process ${process} of this machine`,
      );
    }
    // While a run starts, and while its program runs, the instance with the directory is not started.
    await here.ok(["stop", "-wait-stop", "0", name], there);
    await here.ok(["pool", "destroy", "--force", pool], { env });
    const raw = "raw.lxc=lxc.hook.pre-start = /bin/sleep 2";
    const run = ["run", "--name", thrown, "--mount", mount, "--config", raw, "tiny", "--", "sleep", "3"];
    const before = await runsAt(here.daemon);
    const hasClaim = async () => (await runsAt(here.daemon)).some((one) => !before.includes(one));
    const running = here.run(run, { env });
    const start = async () => await here.run(["start", name], there);
    await until(hasClaim);
    const during = await start();
    // On a busy machine, it looks only once the instance runs.
    assert([9, 11].includes(during.code), during.stderr);
    const program = here.daemon.title === "Incus" ? "lxops-incus" : "lxops-lxd";
    if (during.code === 11) assertStringIncludes(during.stderr, `, ${program} run of `);
    await until(async () => await statusAt(here.daemon, thrown) === "Running");
    await until(async () => !await hasClaim());
    const late = await start();
    assertEquals(late.code, 9, late.stderr);
    assertStringIncludes(
      late.stderr,
      `instance "${thrown}" of ${here.daemon.title}, which runs, has its device`,
    );
    assertEquals((await running).code, 0);
    await here.ok(["start", name], there);
  } finally {
    await here.run(["pool", "destroy", "--force", pool], { env });
    await here.run(["down", made], { env });
    await here.run(["delete", "--force", "-wait-stop", "0", ...is], there);
    using rest = connect(here.daemon.socket!);
    await rest.send("DELETE", `/1.0/profiles/${pool}`).catch(() => {});
    await sh(`rm -rf '${places.directory}/${name}'`);
  }
});
