/** What remains to be done once an instance was taken, at a daemon in memory. */
import { assertEquals, assertRejects } from "@std/assert";
import { NoneFreeError } from "../../../lib/base/errors.ts";
import { DEFINITION_KEYS } from "../../../lib/plan/pool/names.ts";
import { specText } from "../../../lib/plan/pool/spec.ts";
import { acquire } from "../../../lib/run/pool/acquire.ts";
import { mark, refill } from "../../../lib/run/pool/refill.ts";
import { release } from "../../../lib/run/pool/release.ts";
import { DEFINITION, SPEC } from "../../support/pool_commands.ts";
import { Daemon, WANT } from "../../support/pool_daemon.ts";

const ONE = "p-00000000000001";
const TWO = "p-00000000000002";
const INSTANCE = { project: "default", name: ONE } as const;

function sized(names: readonly string[], size: number, max: number): Daemon {
  const daemon = new Daemon(names);
  daemon.profiles.get(DEFINITION.name)!.config["user.lxops.pool.spec"] = specText({ ...SPEC, size, max });
  return daemon;
}

Deno.test("refill() makes as many as the pool lacks, and never more than its max, however often it is called", async () => {
  for (
    const [size, max, expected] of [[2, 9, 4], [2, 3, 3], [2, 2, 2], [0, 2, 2], [9, 4, 4]] as const
  ) {
    const daemon = sized([ONE, TWO], size, Math.max(size, max));
    daemon.profiles.get(DEFINITION.name)!.config["user.lxops.pool.spec"] = specText({
      ...SPEC,
      size: Math.min(size, max),
      max,
    });
    const taken = [await acquire(WANT, daemon.ports), await acquire(WANT, daemon.ports)];
    for (const one of taken) await refill(one.refill!, daemon.ports);
    assertEquals(daemon.instances.size, expected, `size ${size}, max ${max}`);
  }
});

Deno.test("refill() makes one more than was taken at most, however many the pool lacks", async () => {
  for (const [size, max, expected] of [[9999, 10_000, 4], [9999, 9999, 4], [3, 3, 3]] as const) {
    const daemon = sized([ONE, TWO], size, max);
    const taken = await acquire(WANT, daemon.ports);
    await refill(taken.refill!, daemon.ports);
    assertEquals(daemon.instances.size, expected, `size ${size}, max ${max}`);
  }
});

Deno.test("refill() makes nothing in a pool that was disabled or is gone", async () => {
  for (const spec of [{ ...SPEC, size: 2, enabled: false }, undefined]) {
    const daemon = sized([ONE], 2, 9);
    const taken = await acquire(WANT, daemon.ports);
    if (spec) daemon.profiles.get(DEFINITION.name)!.config["user.lxops.pool.spec"] = specText(spec);
    else daemon.profiles.delete(DEFINITION.name);
    await refill(taken.refill!, daemon.ports);
    assertEquals(daemon.instances.size, 1);
  }
});

Deno.test("nothing is left to do for a taker where somebody tends the pool, as far as the time that is noted is near", async () => {
  for (const [until, expected] of [[60_000, false], [0, true], [-1, true], [90_000_000, true]] as const) {
    const daemon = sized([ONE], 2, 9);
    daemon.profiles.get(DEFINITION.name)!.config[DEFINITION_KEYS.tended] = new Date(Date.now() + until)
      .toISOString();
    assertEquals((await acquire(WANT, daemon.ports)).refill !== undefined, expected, `${until}`);
  }
});

Deno.test("an instance that is marked is not handed out when its lease is removed by hand", async () => {
  const daemon = new Daemon([ONE]);
  await acquire(WANT, daemon.ports);
  await mark({ instance: INSTANCE }, daemon.ports);
  daemon.profiles.delete(`lxops-lease-${ONE}`);
  await assertRejects(() => acquire(WANT, daemon.ports), NoneFreeError);
  assertEquals(await daemon.tend(), [ONE]);
});

Deno.test("mark() leaves alone what nobody has, what is kept, and what is set back at the same time", async () => {
  const idle = new Daemon([ONE]);
  await mark({ instance: INSTANCE }, idle.ports);
  assertEquals(idle.instances.get(ONE)?.config["user.lxops.pool.state"], "ready");
  const kept = new Daemon([ONE]);
  const { lease } = (await acquire(WANT, kept.ports)).lease;
  await release({ project: "default", lease, keep: true }, kept.ports);
  await mark({ instance: INSTANCE }, kept.ports);
  assertEquals(kept.instances.get(ONE)?.config["user.lxops.pool.state"], "kept");
  for (let round = 0; round < 200; round++) {
    const daemon = new Daemon([ONE]).reset();
    const { lease } = (await acquire(WANT, daemon.ports)).lease;
    await Promise.all([
      mark({ instance: INSTANCE }, daemon.ports),
      release({ project: "default", lease, keep: false }, daemon.ports),
    ]);
    const left = daemon.instances.get(ONE)?.config["user.lxops.pool.state"];
    assertEquals(left === undefined || left === "ready", true, `round ${round}: ${left}`);
  }
});
