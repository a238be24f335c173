import { assertEquals } from "@std/assert";
import { isBookkeeping } from "../../lib/step/bookkeeping.ts";
import type { Effect } from "../../lib/step/step.ts";

const patch = (body: unknown): Effect => ({ kind: "send", method: "PATCH", path: "/1.0/instances/a", body });
const run = (...argv: [string, ...string[]]): Effect => ({ kind: "run", argv });

const CASES: readonly [string, Effect, boolean][] = [
  ["a mark of lxops", patch({ config: { "user.lxops.record": "{}" } }), true],
  ["that an instance is to run", patch({ config: { "volatile.last_state.power": "RUNNING" } }), true],
  ["a user's key beside a mark", patch({ config: { "user.lxops.record": "{}", "limits.cpu": "2" } }), false],
  ["devices beside a mark", patch({ config: { "user.lxops.record": "{}" }, devices: {} }), false],
  [
    "an action",
    { kind: "send", method: "PUT", path: "/1.0/instances/a/state", body: { action: "start" } },
    false,
  ],
  ["a deletion", { kind: "send", method: "DELETE", path: "/1.0/instances/a" }, false],
  ["a property of lxops", run("zfs", "set", "lxops:unfinished=tank/a", "tank/a"), true],
  ["a property of lxops that goes", run("zfs", "inherit", "lxops:unfinished", "tank/a"), true],
  ["a user's property", run("zfs", "set", "quota=1G", "tank/a"), false],
  ["both", run("zfs", "set", "lxops:unfinished=tank/a", "quota=1G", "tank/a"), false],
  ["another program", run("chown", "0:0", "/srv/a"), false],
];

for (const [what, effect, expected] of CASES) {
  Deno.test(`isBookkeeping() says ${expected} of ${what}`, () => {
    assertEquals(isBookkeeping({ title: "x", effect }), expected);
  });
}
