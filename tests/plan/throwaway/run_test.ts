import { assertEquals, assertThrows } from "@std/assert";
import { StateError } from "../../../lib/base/errors.ts";
import type { RunOptions } from "../../../lib/plan/throwaway/options.ts";
import { planRun } from "../../../lib/plan/throwaway/run.ts";
import { planDiscard, planSweep } from "../../../lib/plan/throwaway/sweep.ts";
import type { InstanceBody } from "../../../lib/plan/requests/instances.ts";
import type { InstancePlan } from "../../../lib/step/step.ts";
import { targetsOf } from "../../support/targets.ts";
import { worldOf, type WorldSpec } from "../world_spec.ts";
import { OPTIONS } from "./options.ts";

const WORLD: WorldSpec = {
  images: [{ aliases: ["tiny"] }],
  profiles: [{
    name: "default",
    devices: {
      root: { type: "disk", path: "/", pool: "default" },
      eth0: { type: "nic", name: "eth0", network: "lxdbr0" },
    },
  }],
};

async function planned(options: Partial<RunOptions> = {}, spec = WORLD, file = "image: tiny\n") {
  const [target] = await targetsOf({ "a.yaml": file });
  return planRun(target!, worldOf(spec), { ...OPTIONS, ...options });
}

function titles({ steps }: InstancePlan): readonly string[] {
  return steps.map(({ title }) => title);
}

function bodyOf({ steps }: InstancePlan): InstanceBody {
  const effect = steps.find(({ title }) => title.startsWith("Create instance"))?.effect;
  return (effect?.kind === "send" ? effect.body : undefined) as InstanceBody;
}

Deno.test("planRun() makes an ephemeral instance without a profile of its own, and removes it in the end", async () => {
  const plan = await planned({}, WORLD, "image: tiny\nlimits: {memory: 64MiB}\n");
  assertEquals(titles(plan), [
    "Create instance a from tiny",
    "Start instance a",
    "Run true in a",
    "Remove instance a",
  ]);
  const { ephemeral, profiles, config } = bodyOf(plan);
  assertEquals([ephemeral, profiles, config["limits.memory"], config["user.lxops.run"]], [
    true,
    ["default"],
    "64MiB",
    "a host m b 1 2",
  ]);
});

Deno.test("planRun() takes the instance back where anything fails, unless it may be kept", async () => {
  const opened = ({ steps }: InstancePlan) => steps.filter(({ opens }) => opens !== undefined).length;
  assertEquals(opened(await planned()), 1);
  const kept = await planned({ keep: "on-failure" });
  assertEquals([opened(kept), titles(kept).at(-1)], [0, "Remove instance a"]);
  assertEquals([bodyOf(kept).ephemeral, bodyOf(kept).config["user.lxops.run.kept"]], [false, "on-failure"]);
  assertEquals(titles(await planned({ keep: "always" })).at(-1), "Run true in a");
});

Deno.test("planRun() puts the instance into another network, or into none", async () => {
  assertEquals(bodyOf(await planned({ net: "none" })).devices, { eth0: { type: "none" } });
  assertEquals(bodyOf(await planned({ net: "lab" })).devices, {
    eth0: { type: "nic", network: "lab", name: "eth0" },
  });
});

Deno.test("planRun() shares no disk, port or address of a configuration and its profiles, but those of the command line", async () => {
  const shared: WorldSpec = {
    ...WORLD,
    profiles: [...WORLD.profiles!, {
      name: "shared",
      devices: {
        home: { type: "disk", source: "/home", path: "/home" },
        volume: { type: "disk", pool: "default", source: "v", path: "/v" },
        web: { type: "proxy", listen: "tcp:0.0.0.0:80", connect: "tcp:127.0.0.1:80" },
        gpu: { type: "gpu" },
      },
    }],
  };
  const file =
    "image: tiny\nprofiles: [default, shared]\nports: ['127.0.0.1:8080:80']\naddresses: {eth0: [10.1.1.2]}\n";
  const mount = { type: "disk", source: "/srv", path: "/mnt" };
  const { profiles, devices } = bodyOf(await planned({ devices: { mount } }, shared, file));
  const none = { type: "none" };
  const { home, volume, web, eth0, mount: mounted, ...others } = devices;
  assertEquals({ profiles, home, volume, web, eth0, mounted }, {
    ...{ profiles: ["default", "shared"], home: none, volume: none, web: none, mounted: mount },
    eth0: { type: "nic", name: "eth0", network: "lxdbr0" },
  });
  assertEquals(Object.values(others), [none]);
  const named = bodyOf(await planned({ profiles: ["default", "shared"] }, shared));
  assertEquals([named.profiles, named.devices], [["default", "shared"], {}]);
});

Deno.test("planRun() waits for the conditions of the program, and for none in a container that only has to run", async () => {
  const plan = await planned({ ready: { until: ["network", "init"], resolves: "example.com" } });
  assertEquals(titles(plan).slice(2, 4), ["Wait for network, init", "Wait until example.com is resolved"]);
});

Deno.test("planRun() refuses a name that an instance has", async () => {
  const spec = { ...WORLD, instances: [{ name: "a" }] };
  const [target] = await targetsOf({ "a.yaml": "image: tiny\n" });
  const error = assertThrows(() => planRun(target!, worldOf(spec), OPTIONS), StateError);
  assertEquals(error.exitCode, 8);
});

Deno.test("planSweep() removes each instance as that of its run", () => {
  const [plan] = planSweep([{ name: "run-1", project: "default", config: { "user.lxops.run": "run-1 x" } }]);
  assertEquals(plan!.steps[0]!.effect, {
    kind: "discard",
    instance: { name: "run-1", project: "default" },
    mark: "run-1 x",
  });
});

Deno.test("planDiscard() says whether a run has kept the instance, and never that the run was killed", () => {
  const of = (more: Readonly<Record<string, string>>) =>
    planDiscard({ name: "run-1", project: "default", config: { "user.lxops.run": "run-1 x", ...more } });
  const kept = of({ "user.lxops.run.kept": "on-failure" });
  assertEquals([titles(kept), kept.notes], [["Remove instance run-1, which its run has kept"], undefined]);
  assertEquals(titles(of({})), ["Remove instance run-1, which a run has made"]);
});

Deno.test("planRun() refuses raw.lxc that can mount directories of the host, unless the command line gives it", async () => {
  const key = "raw.lxc";
  const file = `image: tiny\nconfig: {${key}: "lxc.mount.entry = /host/dir var/tmp none bind 0 0"}\n`;
  const error = await planned({}, WORLD, file).then(() => undefined, (thrown) => thrown);
  assertEquals(error instanceof StateError && error.message.includes("raw.lxc, of its configuration"), true);
  assertEquals(bodyOf(await planned({ config: { [key]: "" } }, WORLD, file)).config[key], "");
});
