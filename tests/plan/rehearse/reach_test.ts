/** Tests of the keys and devices that the copy of a rehearsal does not get, as they reach the host or other data. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { planCopy } from "../../../lib/plan/rehearse/copy.ts";
import { leftOut } from "../../../lib/plan/rehearse/reach.ts";
import { stageOf } from "../../../lib/plan/rehearse/stage.ts";
import { isBody, sent } from "../../../lib/plan/record/place.ts";
import { targetsOf } from "../../support/targets.ts";
import { worldOf, type WorldSpec } from "../world_spec.ts";

const MOUNT = "lxc.mount.entry = /srv srv none bind,create=dir 0 0";
const OUT = { type: "disk", source: "/srv/foreign", path: "/foreign" };
const FILE = `image: tiny
profiles: [default, shared]
config: {raw.apparmor: "# x", linux.kernel_modules: overlay, security.nesting: "true", raw.idmap: "both 1 1"}
lxc-options: ["-c raw.lxc=${MOUNT}", -c, "raw.seccomp=2", "-climits.processes=9"]
devices:
  media: {path: /media, dir: /srv/media, readonly: true}
  tty: {type: unix-char, source: /dev/ttyS0, path: /dev/ttyS0}
  null: {type: unix-char, source: /dev/null, path: /dev/mynull}
`;

const WORLD: WorldSpec = {
  paths: { "/srv/media": "directory" },
  profiles: [
    { name: "default", devices: { root: { type: "disk", path: "/", pool: "default" } } },
    { name: "shared", config: { "raw.lxc": MOUNT }, devices: { foreign: OUT } },
  ],
  instances: [{
    name: "a",
    status: "Running",
    config: { "raw.lxc": MOUNT, "raw.qemu": "-x", "environment.A": "1" },
    devices: {
      disk: { type: "disk", pool: "default", source: "others", path: "/others" },
      ram: { type: "disk", source: "tmpfs:", path: "/ram" },
    },
  }],
};

async function copied(spec: WorldSpec) {
  const [target] = await targetsOf({ "a.yaml": FILE });
  const world = worldOf(spec);
  const stage = stageOf(target!, "0a0b0c");
  const info = [...world.instances.values()][0]!;
  const plan = planCopy(stage, info, world, { net: "isolated" } as Parameters<typeof planCopy>[3]);
  const bodies = plan.steps.flatMap(({ effect }) => {
    const found = sent(effect);
    return found && isBody(found.body) ? [{ parts: found.parts, body: found.body }] : [];
  });
  const named = (part: string, name: string) =>
    bodies.find(({ parts, body }) => parts[0] === part && body["name"] === name)?.body;
  return {
    own: named("profiles", stage.copy.instance.ownProfile)!,
    instance: named("instances", stage.copy.instance.name)!,
    omitted: leftOut(stage, info, world),
  };
}

Deno.test("a copy has only keys and devices that reach neither the host nor others", async () => {
  const { own, instance, omitted } = await copied(WORLD);
  assertEquals(
    Object.keys(own["config"] as object).filter((key) => /^(?:raw|linux|security)\./.test(key)).sort(),
    [
      "raw.idmap",
      "security.nesting",
    ],
  );
  assertEquals(Object.keys(own["devices"] as object), ["null"]);
  const config = instance["config"] as Record<string, string>;
  assertEquals([config["limits.processes"], config["raw.seccomp"]], ["9", undefined]);
  // A key without a value takes that of the instance away; that of a profile needs another one.
  assertEquals(config["raw.qemu"], "");
  assert(config["raw.lxc"]!.startsWith("#"));
  assertEquals(instance["devices"], {
    disk: { type: "none" },
    eth0: { type: "nic", name: "eth0", network: "lxr0a0b0c" },
    foreign: { type: "none" },
  });
  assertEquals(omitted, [
    "linux.kernel_modules",
    "raw.apparmor",
    "raw.lxc",
    "raw.qemu",
    "raw.seccomp",
    'device "disk" (disk others)',
    'device "foreign" (disk /srv/foreign)',
    'device "media" (disk /srv/media)',
    'device "tty" (unix-char /dev/ttyS0)',
  ]);
});

Deno.test("a rehearsal is refused where a profile gives a key that reaches the host, and nothing can hide it", async () => {
  const profiles = [WORLD.profiles![0]!, { name: "shared", config: { "raw.qemu": "-x" } }];
  await assertRejects(
    () => copied({ ...WORLD, profiles }),
    Error,
    'a profile gives it "raw.qemu", which may reach the host',
  );
});
