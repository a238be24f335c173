import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { InterruptedError, StateError } from "../../../lib/base/errors.ts";
import type { HeldDirectories, MachineRun, OtherRun } from "../../../lib/ports/machine_lock.ts";
import { LockedDirectories, type MachinePorts } from "../../../lib/run/lock/machine.ts";

const use = { directory: "/d/web", instance: "web", own: true };
const run: MachineRun = {
  program: "lxops-incus",
  command: "start",
  user: "anna",
  pid: 42,
  since: "2026-01-01 00:00:00 UTC",
  uses: [use],
};
const SEEN = { ended: new Set<string>(), at: 0 };
const other: OtherRun = { ...run, program: "lxops-lxd", command: "rebuild", pid: 43, use };

/** Returns ports that give one answer after the other. */
function portsOf(answers: readonly (HeldDirectories | OtherRun | Error)[]) {
  const left = [...answers];
  const notes: string[] = [];
  const controller = new AbortController();
  const ports: MachinePorts = {
    locks: {
      look: () => Promise.resolve(SEEN),
      take() {
        const next = left.length > 1 ? left.shift()! : left[0]!;
        return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
      },
    },
    note: (text) => void notes.push(text),
    signal: controller.signal,
  };
  return { ports, notes, controller };
}

function heldWith(name: string, released: string[] = [], hasChanged = false): HeldDirectories {
  return { hasChanged, foreign: [], release: () => Promise.resolve(void released.push(name)) };
}

Deno.test("a second run learns which run works on the directory at the other daemon", async () => {
  const error = await assertRejects(
    () => new LockedDirectories().take(run, SEEN, 0, portsOf([other]).ports),
    StateError,
  );
  assertEquals(error.exitCode, 11);
  assertStringIncludes(
    error.message,
    'Cannot run start: another lxops works on "/d/web" of instance "web" (process 43 of this machine, ' +
      "lxops-lxd rebuild of anna since 2026-01-01 00:00:00 UTC)",
  );
  assertStringIncludes(error.advice.join("\n"), "ps -fp 43");
  const silent = await assertRejects(
    () => new LockedDirectories().take(run, SEEN, 0, portsOf([{ use }]).ports),
    StateError,
  );
  assertStringIncludes(silent.message, "(a process of this machine that does not tell what it does)");
});

Deno.test("a run waits for the directory, says so once, and learns that it has changed", async () => {
  const released: string[] = [];
  const { ports, notes } = portsOf([other, other, heldWith("b", released, true)]);
  const locked = new LockedDirectories();
  assertEquals((await locked.take(run, SEEN, 10, ports))?.hasChanged, true);
  assertEquals(notes, [
    'waiting up to 10 s for "/d/web" (process 43 of this machine, lxops-lxd rebuild of anna since ' +
    "2026-01-01 00:00:00 UTC)",
  ]);
  assertEquals(
    (await locked.take(run, SEEN, 10, portsOf([heldWith("c", released)]).ports))?.hasChanged,
    false,
  );
  await locked.release();
  assertEquals(released, ["b", "c"]);
  await assertRejects(() => locked.take(run, SEEN, 10, ports), InterruptedError);
});

Deno.test("a signal ends the wait for a directory, and its end that of the time", async () => {
  const { ports, controller } = portsOf([other]);
  const waiting = assertRejects(() => new LockedDirectories().take(run, SEEN, 60, ports), InterruptedError);
  controller.abort(new InterruptedError("Interrupted"));
  await waiting;
  const error = await assertRejects(
    () => new LockedDirectories().take(run, SEEN, 0.05, portsOf([other]).ports),
    StateError,
  );
  assertEquals(error.exitCode, 11);
});

Deno.test("a machine without a place for locks is no reason to fail", async () => {
  const { ports, notes } = portsOf([new Deno.errors.NotFound("/run/lxops")]);
  assertEquals(await new LockedDirectories().take(run, SEEN, 0, ports), undefined);
  assertEquals(notes, [
    "directories are not locked against commands of another daemon of this machine: /run/lxops",
  ]);
});

Deno.test("foreign files among the locks are reported once, and the directories are locked", async () => {
  const released: string[] = [];
  const foreign = ["/run/lxops/locks/x", "/run/lxops/locks/y"];
  const { ports, notes } = portsOf(["a", "b"].map((name) => ({ ...heldWith(name, released), foreign })));
  const locked = new LockedDirectories();
  await locked.take(run, SEEN, 0, ports);
  await locked.take(run, SEEN, 0, ports);
  assertEquals(notes, [
    '"/run/lxops/locks/x" (and 1 more) is not a lock that lxops made: it is left alone, and locks nothing',
  ]);
  await locked.release();
  assertEquals(released, ["a", "b"]);
});

Deno.test("directories that were locked after the end of the run are given up", async () => {
  const released: string[] = [];
  const late = Promise.withResolvers<HeldDirectories>();
  const { ports } = portsOf([]);
  const locked = new LockedDirectories();
  const taking = locked.take(run, SEEN, 0, {
    ...ports,
    locks: { ...ports.locks, take: () => late.promise },
  });
  await locked.release();
  late.resolve(heldWith("late", released));
  await taking;
  assertEquals(released, ["late"]);
});

Deno.test("a command that the run at the other daemon has started fails at once, with the reason", async () => {
  const ports = { ...portsOf([other]).ports, isAncestor: (pid: number) => Promise.resolve(pid === 43) };
  const error = await assertRejects(() => new LockedDirectories().take(run, SEEN, 600, ports), StateError);
  assertStringIncludes(error.advice.join("\n"), "has started this command");
  assertEquals(error.advice.join("\n").includes("--lock-timeout"), false);
});
