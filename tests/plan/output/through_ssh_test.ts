import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../lib/base/errors.ts";
import { planScript } from "../../../lib/plan/output/script.ts";
import { machineOf, throughSsh } from "../../../lib/plan/output/through_ssh.ts";
import { type Effect, type Plan, undoEffects } from "../../../lib/step/step.ts";
import { targetsOf } from "../../support/targets.ts";

const REF = { project: "default", name: "a" };
const SSH = { host: "me@node", port: 22, options: ["BatchMode=yes"] } as const;
const TARGETS = await targetsOf({ "a.yaml": "image: tiny\nhost: ssh://me@node:22\n" });

function plan(...effects: readonly Effect[]): Plan {
  return {
    first: [],
    each: [{ instance: REF, steps: effects.map((effect) => ({ title: effect.kind, effect })) }],
  };
}

Deno.test("throughSsh() runs programs there with unchanged words, and leaves requests to the daemon", () => {
  const moved = throughSsh(
    plan(
      { kind: "run", argv: ["mkdir", "--", "/it's a"], busyText: "busy" },
      { kind: "run", argv: ["zfs", "send", "a@s"], pipe: { argv: ["zfs", "receive", "b"] } },
      { kind: "own", instance: REF, paths: ["/it's a", "/b"], assumed: "1:1" },
      { kind: "send", method: "POST", path: "/1.0/instances" },
    ),
    { ssh: SSH, sudo: true },
    TARGETS,
  );
  const script = planScript(moved, { program: "lxops", globals: [], sudo: true });
  const ssh = "ssh -o BatchMode=yes -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -p 22 -- me@node";
  const lines = script.split("\n").filter((line) => /^(tries|ssh|lxops query)/.test(line));
  assertEquals(lines, [
    `tries=0; until ${ssh} 'sudo -n -- mkdir -- '\\''/it'\\''\\'\\'''\\''s a'\\''' </dev/null; ` +
    'do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done',
    `${ssh} 'sudo -n -- zfs send a@s' </dev/null | ${ssh} 'sudo -n -- zfs receive b'`,
    `${ssh} 'sudo -n -- chown -h '"$(lxops instance idmap a)"' -- '\\''/it'\\''\\'\\'''\\''s a'\\'' /b' </dev/null`,
    "lxops query -X POST /1.0/instances",
  ]);
});

Deno.test("throughSsh() takes steps back there, too", () => {
  const undo: Effect = { kind: "run", argv: ["rmdir", "/a"] };
  const step = { title: "x", effect: { kind: "run", argv: ["mkdir", "/a"] }, undo } as const;
  const moved = throughSsh({ first: [step], each: [] }, { ssh: SSH, sudo: false }, TARGETS);
  const [back] = undoEffects(moved.first[0]!.undo);
  assertEquals(back?.kind === "run" && back.argv.slice(-2), ["me@node", "rmdir /a"]);
});

for (
  const effect of [
    { kind: "write", path: "/a", text: "", mode: 0o600 },
    { kind: "checksum", directory: "/a", files: [], list: "b" },
    { kind: "run", argv: ["ssh", "--", "other", "x"] },
    { kind: "run", argv: ["zfs", "send"], pipe: { argv: ["ssh", "--", "other", "x"] } },
    { kind: "run", argv: ["rsync", "-e", "ssh", "a", "b"] },
  ] as readonly Effect[]
) {
  const name = effect.kind === "run" ? effect.argv.join(" ") : effect.kind;
  Deno.test(`throughSsh() refuses commands on two machines: ${name}`, () => {
    const error = assertThrows(
      () => throughSsh(plan(effect), { ssh: SSH, sudo: false }, TARGETS),
      ConfigError,
    );
    assertEquals(
      error.message,
      `a.yaml:3:1 host: "${effect.kind}" cannot be done on "me@node" from here: run lxops there, without the host`,
    );
  });
}

Deno.test("machineOf() is the one machine of all files", async () => {
  assertEquals(machineOf(TARGETS), SSH);
  assertEquals(machineOf(await targetsOf({ "a.yaml": "image: tiny\n" })), undefined);
  const two = await targetsOf({ "a.yaml": "image: tiny\nhost: ssh://x\n", "b.yaml": "image: tiny\n" });
  const error = assertThrows(() => machineOf(two), ConfigError);
  assertEquals(
    error.message,
    'b.yaml host: Files of one command have one host, and this is another than that of "a.yaml"',
  );
});
