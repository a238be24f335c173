/**
 * Tests of attacks by the variables that the author of a job can set. Each attack is refused before the first change,
 * or has no effect on the job.
 */
import { assert, assertEquals } from "@std/assert";
import type { Effect } from "../../../../lib/step/step.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";
import { FILES, INSTANCE, JOB } from "../../../support/ci_commands.ts";

const RUNNER = {
  JOB_RESPONSE_FILE: "/c/job.json",
  LXOPS_CI_FILE: "/c/ci.yaml",
  BUILD_FAILURE_EXIT_CODE: "111",
  SYSTEM_FAILURE_EXIT_CODE: "112",
  BUILD_EXIT_CODE_FILE: "/c/code",
};

/** Renders an effect without the time until which the job may last. */
function textOf(effect: Effect): string {
  return JSON.stringify(effect).replace(/"user\.lxops\.run\.until":"[^"]*"/, "UNTIL");
}

async function stage(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly effects: readonly string[]; readonly stderr: string }> {
  const instances = args[0] === "prepare" ? [] : [{ name: INSTANCE }, { name: "ci-13-other" }];
  const world = worldOf({ images: [{ aliases: ["tiny"] }, { aliases: ["secret"] }], instances });
  const server = memoryServer(world);
  const controls = recorder(server);
  const { code, stderr } = await run(["ci", "gitlab", ...args], {
    world,
    server,
    env: { ...RUNNER, ...env },
    files: { ...FILES, ...files },
    controls: () => controls,
  });
  return { code, stderr, effects: controls.effects.map(textOf) };
}

const PREPARED = await stage(["prepare"], {});
const RAN = await stage(["run", "/c/script", "build_script"], {});

/** Variables of a job, without the prefix that the runner gives them. */
type Variables = Readonly<Record<string, string>>;

const service = (more: object) => JSON.stringify([{ name: "postgres:1", ...more }]);

/** Attacks by variables that the job may set: they are refused as a failure of the job. */
const REFUSED: Readonly<Record<string, Variables>> = {
  "an image that is not allowed": { CI_JOB_IMAGE: "secret" },
  "an image of another remote": { CI_JOB_IMAGE: "images:tiny" },
  "an image by its fingerprint": { CI_JOB_IMAGE: "1".repeat(64) },
  "an image with a property": { CI_JOB_IMAGE: "(instance)" },
  "an image that is an option": { CI_JOB_IMAGE: "--profile=admin" },
  "an image with a line break": { CI_JOB_IMAGE: "tiny\nprofiles: [admin]" },
  "an image that is a path": { CI_JOB_IMAGE: "../../1.0/instances" },
  "an image with a zero byte": { CI_JOB_IMAGE: "tiny\0" },
  "a service that is not allowed": { CI_JOB_SERVICES: '[{"name":"secret"}]' },
  "a service with a line of /etc/hosts": { CI_JOB_SERVICES: service({ alias: "a\n1.2.3.4 b" }) },
  "a service with a key of the instance": { CI_JOB_SERVICES: service({ variables: { "A\nraw.lxc": "x" } }) },
  "too many services": { CI_JOB_SERVICES: JSON.stringify(Array(9).fill({ name: "postgres:1" })) },
  "services that are no list": { CI_JOB_SERVICES: '{"name":"postgres:1"}' },
};

/** Attacks by variables that must have no effect. */
const WITHOUT_EFFECT: Readonly<Record<string, Variables>> = {
  "the number of another job": { CI_JOB_ID: "13" },
  "the project of another job": { CI_PROJECT_ID: "8", CI_COMMIT_REF_PROTECTED: "false" },
  "another administrator's file": { LXOPS_CI_FILE: "/builds/ci.yaml", LXOPS_CI_POOL: "other" },
  "another file about the job": { JOB_RESPONSE_FILE: "/builds/job.json" },
  "another daemon": { INCUS_SOCKET: "/builds/socket", LXD_DIR: "/builds", INCUS_REMOTE: "evil" },
  "another program": { PATH: "/builds", LD_PRELOAD: "/builds/x.so", SHELL: "/builds/sh" },
  "another file for the exit code": { BUILD_EXIT_CODE_FILE: "/etc/passwd" },
  "options": { CI_JOB_NAME: "--dry-run", CI_JOB_STAGE: "-file=/builds/ci.yaml" },
  "devices": { LXOPS_DEVICES: "/:/host", CI_MOUNTS: "/:/host" },
};

const asEnvironment = (variables: Variables) =>
  Object.fromEntries(Object.entries(variables).map(([key, value]) => [`CUSTOM_ENV_${key}`, value]));

Deno.test("ci gitlab prepare creates the instances that the administrator allows", () => {
  assertEquals(PREPARED.code, 0, PREPARED.stderr);
  assert(PREPARED.effects.length > 0);
  assertEquals(RAN.code, 0, RAN.stderr);
});

for (const [name, variables] of Object.entries(REFUSED)) {
  Deno.test(`ci gitlab prepare refuses ${name} as a failure of the job`, async () => {
    const { code, effects, stderr } = await stage(["prepare"], asEnvironment(variables));
    assertEquals([code, effects], [111, []], stderr);
    // What it complains of is one line without control characters.
    assertEquals(stderr.split("\n").filter((line) => line.startsWith("lxops: ")).length, 1);
  });
}

for (const [name, variables] of Object.entries(WITHOUT_EFFECT)) {
  Deno.test(`ci gitlab does the same in spite of ${name}`, async () => {
    const env = asEnvironment(variables);
    assertEquals((await stage(["prepare"], env)).effects, PREPARED.effects);
    assertEquals((await stage(["run", "/c/script", "build_script"], env)).effects, RAN.effects);
  });
}

Deno.test("ci gitlab prepare takes over no instance of its name that the job did not make", async () => {
  const world = worldOf({ images: [{ aliases: ["tiny"] }], instances: [{ name: INSTANCE }] });
  const server = memoryServer(world);
  const controls = recorder(server);
  const { code, stderr } = await run(["ci", "gitlab", "prepare"], {
    world,
    server,
    env: RUNNER,
    files: FILES,
    controls: () => controls,
  });
  assertEquals([code, controls.effects], [112, []], stderr);
});

Deno.test("ci gitlab follows nothing but the file of the runner about the job", async () => {
  const { code, effects } = await stage(["cleanup"], { JOB_RESPONSE_FILE: "" });
  assertEquals([code, effects], [112, []]);
  const other = JOB.replace("glcbt-1", "glcbt-2");
  const { effects: made } = await stage(["prepare"], {}, { "/c/job.json": other });
  assert(!JSON.stringify(made).includes(INSTANCE));
});

Deno.test("ci gitlab does not go on without an administrator's file that was named", async () => {
  const world = worldOf({ images: [{ aliases: ["tiny"] }], paths: {} });
  const server = memoryServer(world);
  const { code, stderr } = await run(["ci", "gitlab", "prepare", "-file", "/c/missing.yaml"], {
    world,
    server,
    env: RUNNER,
    files: FILES,
    controls: () => recorder(server),
  });
  assertEquals([code, stderr], [112, 'lxops: There is no file "/c/missing.yaml"\n']);
});
