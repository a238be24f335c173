import { assertEquals } from "@std/assert";
import { giveUp } from "../../../../lib/plan/instance/exclusive_settings.ts";
import { ROLE_MARK } from "../../../../lib/plan/instance/spare.ts";
import { returnEffects } from "../../../../lib/plan/lifecycle/rebuild/return.ts";
import type { Devices, InstanceInfo } from "../../../../lib/ports/mod.ts";
import type { Effect } from "../../../../lib/step/step.ts";
import { worldOf } from "../../world_spec.ts";

const MAC = "00:16:3e:00:00:01";
const NIC: Devices = { eth0: { type: "nic", network: "br0", "ipv4.address": "10.0.0.5" } };
const guard = { key: "linux.kernel_modules", value: "lxops_spare_do_not_start" };
const wanted = {
  instance: { project: "default", name: "a" },
  made: "a-lxops-new-1",
  old: "a-lxops-old-1",
  guard,
  stopSeconds: 5,
  start: true,
  discard: "delete",
} as const;

function info(spec: Partial<InstanceInfo> & { readonly name: string }): InstanceInfo {
  return [...worldOf({ instances: [spec] }).instances.values()][0]!;
}

/** Returns an instance after requests of `giveUp()`, as a daemon would carry them out. */
function after(one: InstanceInfo, requests: ReturnType<typeof giveUp>): InstanceInfo {
  let { config, devices } = one;
  for (const { body } of requests) {
    const change = body as { readonly config?: Record<string, string>; readonly devices?: Devices };
    config = Object.fromEntries(
      Object.entries({ ...config, ...change.config }).filter(([, value]) => value !== ""),
    );
    devices = { ...devices, ...change.devices };
  }
  return { ...one, config, devices };
}

const before = info({
  name: "a",
  config: { "volatile.eth0.hwaddr": MAC, "boot.autostart": "true" },
  devices: NIC,
  expandedDevices: NIC,
});
const givenUp = after(
  { ...before, status: "Stopped" },
  giveUp(before, wanted.instance, { of: "a", role: "old" }, guard),
);
const old = { ...givenUp, name: wanted.old };
const made = info({ name: wanted.made, status: "Stopped", config: { [ROLE_MARK]: "new" } });
const serving = info({
  name: "a",
  config: { "volatile.eth0.hwaddr": MAC, [ROLE_MARK]: "new" },
  devices: NIC,
  expandedDevices: NIC,
});

function brief(effect: Effect): string {
  if (effect.kind === "stop") return `stop ${effect.instance.name}`;
  if (effect.kind !== "send") return effect.kind;
  const { action, name, config } = (effect.body ?? {}) as {
    action?: string;
    name?: string;
    config?: Record<string, string>;
  };
  return [effect.method, effect.path.slice(15), action ?? name ?? config?.["volatile.eth0.hwaddr"]]
    .filter((word) => word !== undefined).join(" ");
}

const back = (found: Parameters<typeof returnEffects>[0]) => returnEffects(found, wanted).map(brief);
const END = ["PUT a/state start", `DELETE ${wanted.made}`];

Deno.test("a return leads from every request of a rebuild to the old instance under its name", () => {
  assertEquals(back({ present: before }), ["PUT a/state start"]);
  assertEquals(back({ present: before, made }), END);
  assertEquals(back({ present: givenUp, made }), [`PATCH a ${MAC}`, ...END]);
  assertEquals(back({ made, old }), ["POST a-lxops-old-1 a", `PATCH a ${MAC}`, ...END]);
  const renamed = { ...made, name: "a" };
  const away = ["POST a a-lxops-new-1", "POST a-lxops-old-1 a", `PATCH a ${MAC}`];
  assertEquals(back({ present: renamed, old }), ["PATCH a", ...away, ...END]);
  assertEquals(back({ present: serving, old }), ["stop a", "PATCH a", "PATCH a ", ...away, ...END]);
});

Deno.test("an old instance that a daemon started again, without its addresses, stops before it gets them back", () => {
  const running = { status: "Running" } as const;
  assertEquals(back({ made, old: { ...old, ...running } }), [
    "stop a-lxops-old-1",
    "POST a-lxops-old-1 a",
    `PATCH a ${MAC}`,
    ...END,
  ]);
  assertEquals(back({ present: { ...givenUp, ...running }, made }), ["stop a", `PATCH a ${MAC}`, ...END]);
});

Deno.test("an old instance whose data has yet to be put back gets its name only, and the rest after that", () => {
  const mark = { "user.lxops.undo-data": "lxops-rebuild-1-a runs" };
  const pending = { ...old, config: { ...old.config, ...mark } };
  const { start: _start, discard: _discard, ...names } = wanted;
  assertEquals(returnEffects({ present: { ...made, name: "a" }, old: pending }, names).map(brief), [
    "PATCH a",
    "POST a a-lxops-new-1",
    "POST a-lxops-old-1 a",
  ]);
  assertEquals(returnEffects({ present: { ...pending, name: "a" }, made }, names), []);
  const whole = { ...wanted, dataIsBack: true } as const;
  const effects = returnEffects({ present: { ...pending, name: "a" }, made }, whole);
  assertEquals(effects.map(brief), [`PATCH a ${MAC}`, ...END]);
  const { body } = effects[0] as unknown as { readonly body: { readonly config: Record<string, string> } };
  assertEquals(body.config["user.lxops.undo-data"], "");
});

Deno.test("an old instance can be started again as soon as the new one cannot", () => {
  const closed = { "boot.autostart": "false", [guard.key]: guard.value };
  const found = { present: serving, old: { ...old, config: { ...old.config, ...closed } } };
  const effects = returnEffects(found, { ...wanted, runs: true });
  assertEquals(effects.slice(0, 4).map(brief), [
    "stop a",
    "PATCH a",
    "PATCH a ",
    "PATCH a-lxops-old-1",
  ]);
  const { body } = effects[3] as unknown as { readonly body: unknown };
  assertEquals(body, {
    config: { "boot.autostart": "true", [guard.key]: "", "volatile.last_state.power": "RUNNING" },
  });
});

Deno.test("an old instance that ran is one that a daemon that starts starts again, before lxops starts it", () => {
  for (const runs of [true, undefined]) {
    const effects = returnEffects({ old }, { ...wanted, start: false, ...(runs ? { runs } : {}) });
    const { body } = effects.at(-1) as unknown as { readonly body: { readonly config: object } };
    assertEquals("volatile.last_state.power" in body.config, runs === true);
  }
});

Deno.test("a return gives back exactly the values that were given up", () => {
  const [, patch] = returnEffects({ old }, { ...wanted, start: false }).filter((effect) =>
    effect.kind === "send"
  );
  assertEquals((patch as { readonly body?: unknown }).body, {
    config: {
      "volatile.eth0.hwaddr": MAC,
      "boot.autostart": "true",
      "linux.kernel_modules": "",
      "user.lxops.nics": "",
      "user.lxops.of": "",
      "user.lxops.role": "",
      "user.lxops.state": "returned",
    },
    devices: NIC,
  });
});

Deno.test("an ephemeral new instance is not deleted by its stop before it gave up its name", () => {
  assertEquals(back({ present: { ...serving, ephemeral: true }, old }).slice(0, 2), ["PATCH a", "stop a"]);
});

Deno.test("a kept new instance is marked as failed, and an unused spare is a spare again", () => {
  for (const discard of ["failed", "spare"] as const) {
    const effects = returnEffects({ present: before, made }, { ...wanted, start: false, discard });
    assertEquals(effects.map((effect) => effect.kind === "send" ? effect.body : effect), [
      { config: { [ROLE_MARK]: discard } },
    ]);
  }
});
