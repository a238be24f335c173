/** Commands of both daemons of a machine at the same moment, about instances with the same data. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isWhole, sample } from "../../support/sample.ts";
import { until } from "../../support/until.ts";
import { connect } from "../../../scripts/testbed/rest.ts";
import { plainConfig } from "../support/configs.ts";
import {
  type Daemon,
  daemons,
  type Ground,
  onEither,
  type Outcome,
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
  const name = ground.name();
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
    await until(() => hasDirectories(process));
    Deno.kill(process, "SIGSTOP");
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
    // A daemon goes on with a start whose command has ended, and lists the instance as stopped meanwhile.
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
  } finally {
    await both("delete", "--force", "-wait-stop", "0", ...file);
    await ground.run(["destroy", ...file], at(daemons[0]!));
  }
});
