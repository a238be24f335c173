/** Limits of a launch in reads, changes, programs and scripts: these are exact, times are not. */
import { assertEquals } from "@std/assert";
import type { Effect } from "../../lib/step/step.ts";
import { run } from "../fakes/memory_app.ts";
import { memoryLocks } from "../fakes/memory_locks.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { recorder } from "../fakes/recorder.ts";
import { worldOf, type WorldSpec } from "../plan/world_spec.ts";

const DEVICES = ["etc", "home", "log", "opt", "srv"].map((id) =>
  `  ${id}: {path: /${id}, filesystem: plain}\n`
);
const CONFIG = `#lxops-v1
ostype: alpine
image: tiny
cloud-config-files: [all.cfg]
filesystems:
  plain: {pattern: /srv/(instance), destroy: true}
devices:
${DEVICES.join("")}`;
const CLOUD_CONFIG = `#cloud-config
packages: [p1, p2, p3, p4, p5, p6, p7, p8]
write_files:
${
  [1, 2, 3, 4, 5].map((n) => `- {path: /etc/${n}, content: text}\n`).join("")
}users: [{name: anna}, {name: berta}]
runcmd: [echo 1, echo 2, echo 3, echo 4, echo 5]
`;
const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h"];

/** Counts of reads and of changes, by kind. */
async function counts(
  args: readonly string[],
  spec: WorldSpec = {},
  more: Readonly<Record<string, string>> = {},
) {
  const world = worldOf(spec);
  const server = memoryServer(world);
  const controls = recorder(server);
  const locks = memoryLocks();
  const files = {
    "/c/all.cfg": CLOUD_CONFIG,
    ...Object.fromEntries(NAMES.map((name) => [`/c/${name}.yaml`, CONFIG])),
    ...more,
  };
  const outcome = await run(args, { world, files, server, locks, controls: () => controls });
  assertEquals(outcome.code, 0, outcome.stderr);
  const of = (kind: Effect["kind"]) => controls.effects.filter((effect) => effect.kind === kind).length;
  return {
    // A run of more than two seconds, as on a busy machine, looks at its own locks.
    locks: locks.asked.filter((one) => !/^(read|touch) /.test(one)).length,
    questions: server.questions.length,
    sent: of("send"),
    programs: of("run"),
    scripts: of("exec"),
  };
}

Deno.test("launch with five devices, eight packages, five files, two users and five commands runs one script", async () => {
  const { questions, ...changes } = await counts(["launch", "a.yaml"]);
  // A lock is taken and given up; the last request records what was applied.
  assertEquals(changes, { locks: 2, sent: 4, programs: 3, scripts: 1 });
  // Server, instances, profiles, images; then who owns its directories, and whether it has an address.
  assertEquals(questions, 6);
});

Deno.test("launch of eight looks at the world once for all of them", async () => {
  const { questions, ...changes } = await counts(["launch", ...NAMES.map((name) => `${name}.yaml`)]);
  assertEquals(changes, { locks: 16, sent: 32, programs: 24, scripts: 8 });
  assertEquals(questions, 4 + 2 * 8);
});

Deno.test("delete and destroy send one request for each instance and profile", async () => {
  const spec: WorldSpec = {
    instances: NAMES.map((name) => ({ name, status: "Stopped", profiles: ["default", `${name}.lxops`] })),
    profiles: NAMES.map((name) => ({ name: `${name}.lxops` })),
    paths: Object.fromEntries(NAMES.map((name) => [`/srv/${name}`, "directory"] as const)),
  };
  const files = NAMES.map((name) => `${name}.yaml`);
  assertEquals(await counts(["delete", ...files], spec), {
    locks: 16,
    questions: 3,
    sent: 16,
    programs: 0,
    scripts: 0,
  });
  // It also asks for the projects, and for the profiles of the other one.
  assertEquals(await counts(["destroy", ...files], spec), {
    locks: 16,
    questions: 5,
    sent: 16,
    programs: 8,
    scripts: 0,
  });
});

Deno.test("up and plan ask for three lists where nothing is to be done, also of eight, and run nothing", async () => {
  const spec: WorldSpec = {
    instances: NAMES.map((name) => ({ name, profiles: ["default", `${name}.lxops`] })),
    profiles: NAMES.map((name) => ({ name: `${name}.lxops` })),
  };
  const files = Object.fromEntries(NAMES.map((name) => [`/c/${name}.yaml`, "#lxops-v1\nimage: tiny\n"]));
  for (const command of ["up", "plan"]) {
    for (const names of [NAMES.slice(0, 1), NAMES]) {
      const found = await counts([command, ...names.map((name) => `${name}.yaml`)], spec, files);
      assertEquals(found, { locks: 0, questions: 3, sent: 0, programs: 0, scripts: 0 });
    }
  }
});

Deno.test("config print and version send no request", async () => {
  const nothing = { locks: 0, questions: 0, sent: 0, programs: 0, scripts: 0 };
  assertEquals(await counts(["version"]), nothing);
  assertEquals(await counts(["config", "print", "a.yaml"]), nothing);
});

Deno.test("a dry run and a run without locks take none", async () => {
  for (const flag of ["--dry-run", "--no-lock"]) {
    assertEquals((await counts(["launch", flag, "a.yaml"])).locks, 0);
  }
});

Deno.test("a filesystem that other configurations may share is locked with the instance", async () => {
  const shared = CONFIG.replace("/srv/(instance)", "/srv/shared");
  assertEquals((await counts(["launch", "a.yaml"], {}, { "/c/a.yaml": shared })).locks, 4);
  // Configuring changes no filesystem.
  const spec: WorldSpec = { instances: [{ name: "a", status: "Running" }] };
  assertEquals((await counts(["configure", "a.yaml"], spec, { "/c/a.yaml": shared })).locks, 2);
});

Deno.test("rebuild looks once into its instance, for users and for what would be lost", async () => {
  const world = worldOf({
    instances: [{ name: "a", status: "Running", config: { "user.lxops.config": "/c/a.yaml" } }],
    paths: {
      "/srv/a": "directory",
      ...Object.fromEntries(["etc", "home", "log", "opt", "srv"].map((id) => [`/srv/a/${id}`, "directory"])),
    },
  });
  const server = memoryServer(world);
  const outcome = await run(["rebuild", "a.yaml"], {
    world,
    files: { "/c/all.cfg": CLOUD_CONFIG, "/c/a.yaml": CONFIG },
    server,
    locks: memoryLocks(),
    controls: () => recorder(server),
  });
  assertEquals(outcome.code, 0, outcome.stderr);
  assertEquals(server.questions.filter((one) => one.startsWith("look ")).length, 1);
});
