/** The end of a job removes all of it, whatever has become of the administrator's file. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { leaseContent } from "../../../../lib/plan/pool/lease.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";
import { FILES, RUN } from "../../../support/ci_commands.ts";

const MAIN = new URL("../../../../backends/incus.ts", import.meta.url).pathname;

const POOLED = { instance: "build-0", pool: "build", uuid: "", snapshots: "" };

Deno.test("ci gitlab cleanup gives an instance of a pool back where the file is wrong", async () => {
  const lease = `build-0.${"0".repeat(32)}`;
  const content = leaseContent({ ...POOLED, lease, owner: RUN }, "2999-01-01T00:00:00.000Z");
  const profile = { name: `lxops-lease-${lease}`, config: { ...content.config } };
  const world = worldOf({ instances: [{ name: "build-0" }], profiles: [profile] });
  const controls = recorder(memoryServer(world));
  const { stderr, events } = await run(["ci", "gitlab", "cleanup"], {
    world,
    env: { JOB_RESPONSE_FILE: "/c/job.json", LXOPS_CI_FILE: "/c/ci.yaml", LXOPS_CI_POOL: "build" },
    files: { ...FILES, "/c/ci.yaml": "images: {a: [\n" },
    controls: () => controls,
  });
  assertStringIncludes(stderr, "note: cleanup goes on without the file");
  assert(JSON.stringify(events).includes("Release instance build-0"), JSON.stringify(events));
});

Deno.test("ci gitlab config tells the other commands the remote of the file", async () => {
  const world = worldOf({});
  const { code, stdout, stderr } = await run(["ci", "gitlab", "config"], {
    world,
    env: { JOB_RESPONSE_FILE: "/c/job.json", LXOPS_CI_FILE: "/c/ci.yaml" },
    files: { ...FILES, "/c/ci.yaml": "remote: far\n" },
    controls: () => recorder(memoryServer(world)),
  });
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout).job_env, { LXOPS_CI_FILE: "/c/ci.yaml", LXOPS_CI_REMOTE: "far" });
});

Deno.test("ci gitlab config passes on the whole path of the file, as the runner may change its directory", async () => {
  const world = worldOf({});
  const { stdout, stderr } = await run(["ci", "gitlab", "config", "--file", "cfg/../ci.yaml"], {
    world,
    env: { JOB_RESPONSE_FILE: "/c/job.json" },
    files: { ...FILES, "/c/cfg/../ci.yaml": "wait: exec\n" },
    controls: () => recorder(memoryServer(world)),
  });
  assertEquals(JSON.parse(stdout).job_env, { LXOPS_CI_FILE: "/c/ci.yaml" }, stderr);
});

Deno.test("ci gitlab cleanup goes on where the file cannot be read", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${directory}/job.json`, FILES["/c/job.json"]);
    await Deno.writeFile(`${directory}/latin1.yaml`, new Uint8Array([0x23, 0xe9, 0x0a]), { mode: 0o600 });
    for (const file of [directory, `${directory}/latin1.yaml`]) {
      const args = ["ci", "gitlab", "cleanup", "--file", file, "--job", `${directory}/job.json`];
      const { stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", "-q", MAIN, ...args],
        env: { INCUS_SOCKET: `${directory}/none` },
      }).output();
      // It gets as far as the daemon, which does not exist.
      const text = new TextDecoder().decode(stderr);
      assertStringIncludes(text, `note: cleanup goes on without the file: Cannot read "${file}"`);
      assertStringIncludes(text, `${directory}/none`);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

/** Runs a command of a job whose time limit is so many seconds. */
async function ofJob(seconds: number, ...args: readonly string[]) {
  const world = worldOf({});
  const job = { ...JSON.parse(FILES["/c/job.json"]), runner_info: { timeout: seconds } };
  return await run(["ci", "gitlab", ...args], {
    world,
    env: { JOB_RESPONSE_FILE: "/c/job.json", LXOPS_CI_FILE: "/c/ci.yaml" },
    files: { ...FILES, "/c/job.json": JSON.stringify(job) },
    controls: () => recorder(memoryServer(world)),
  });
}

Deno.test("ci gitlab prepare takes a lease that is as long as leases can be for a job that may last longer", async () => {
  const { stdout, stderr } = await ofJob(10 ** 12, "prepare", "--pool", "build", "--dry-run");
  assertStringIncludes(stdout, "-lease 576h", stderr);
});

Deno.test("ci gitlab config refuses a pool of another daemon than that of the jobs", async () => {
  const { stderr } = await ofJob(60, "config", "--pool", "far:build");
  assertStringIncludes(stderr, '--pool takes the name of a pool at the daemon of jobs, not "far:build"');
  assertStringIncludes(stderr, 'write "remote: far" into');
});
