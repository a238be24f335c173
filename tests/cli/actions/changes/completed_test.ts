/** Instances that others wait for until they have stopped (`until: completed` under `after`). */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { noControls, recorder } from "../../../fakes/recorder.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { worldOf } from "../../../plan/world_spec.ts";

interface Scene {
  readonly job?: { readonly status: string; readonly startedAt?: string };
  /** Web exists, and has other settings than its file says. */
  readonly web?: "same" | "other";
  readonly command?: readonly string[];
}

const FILES = {
  "/c/job.yaml": "#lxops-v1\nimage: tiny\n",
  "/c/web.yaml": "#lxops-v1\nimage: tiny\nlxc-options: [-c user.a=1]\nafter: {job: {until: completed}}\n",
};

async function ran({ job, web, command = ["up", "--dry-run"] }: Scene) {
  const made = (name: string, more: Readonly<Record<string, string>> = {}) => ({
    name,
    profiles: ["default", `${name}.lxops`],
    config: {
      "user.lxops.image": "tiny",
      "volatile.base_image": "f1",
      "volatile.last_state.power": "STOPPED",
      ...more,
    },
  });
  const world = worldOf({
    instances: [
      ...(job ? [{ ...made("job"), ...job }] : []),
      ...(web ? [{ ...made("web", { "user.a": web === "same" ? "1" : "2" }), status: "Running" }] : []),
    ],
    profiles: [{ name: "default" }, { name: "job.lxops" }, { name: "web.lxops" }],
    images: [{ aliases: ["tiny"], fingerprint: "f1" }],
  });
  const result = await run([...command, "job.yaml", "web.yaml"], {
    world,
    files: FILES,
    controls: noControls,
  });
  const titles = result.stdout.split("\n").filter((line) => /^# [A-Z]/.test(line)).map((line) =>
    line.slice(2)
  );
  return { ...result, titles };
}

Deno.test("a completed instance stays stopped while nothing changes", async () => {
  const plan = await ran({ job: { status: "Stopped" }, web: "same", command: ["plan"] });
  assertEquals([plan.code, plan.stdout], [0, "job: up to date\nweb: up to date\nNo changes\n"]);
  const up = await ran({ job: { status: "Stopped" }, web: "same", command: ["up"] });
  assertEquals([up.code, up.stdout], [0, "job: up to date\nweb: up to date\n"], up.stderr);
});

Deno.test("a completed instance runs again before the instance that waits for it changes, which needs no address of it", async () => {
  const { code, titles, stderr } = await ran({ job: { status: "Stopped" }, web: "other" });
  assertEquals(code, 0, stderr);
  assertEquals(titles.filter((line) => !line.includes("Record") && !line.startsWith("Job")).slice(0, 3), [
    "Start instance job",
    "Wait until job has stopped",
    "Change user.a of instance web",
  ]);
});

Deno.test("a running instance is not waited for, unless it has just started", async () => {
  const old = await ran({ job: { status: "Running", startedAt: "2020-01-01T00:00:00Z" }, web: "other" });
  assertStringIncludes(old.stdout, "# Wait until job has stopped, which has run for ");
  assertStringIncludes(old.stdout, " -timeout 0 ");
  const now = await ran({ job: { status: "Running", startedAt: new Date().toISOString() }, web: "other" });
  assertStringIncludes(now.stdout, "# Wait until job has stopped\n");
});

Deno.test("a running instance delays those that wait for it, and no others", async () => {
  const FIRST = "#lxops-v1\nimage: tiny\nlxc-options: [-c user.a=1]\n";
  const made = (name: string, config: Readonly<Record<string, string>> = {}) => ({
    name,
    status: "Running",
    startedAt: "2020-01-01T00:00:00Z",
    profiles: ["default", `${name}.lxops`],
    config: { "user.lxops.image": "tiny", "volatile.base_image": "f1", ...config },
  });
  const world = worldOf({
    instances: [
      made("job"),
      ...["web", "front", "db"].map((name) => ({
        ...made(name, { "user.a": "2" }),
        ...(name === "web" ? { status: "Stopped" } : {}),
      })),
    ],
    profiles: ["default", "job.lxops", "web.lxops", "front.lxops", "db.lxops"].map((name) => ({ name })),
    images: [{ aliases: ["tiny"], fingerprint: "f1" }],
  });
  const { code, stdout, stderr } = await run(["up", "job.yaml", "web.yaml", "front.yaml", "db.yaml"], {
    world,
    files: {
      "/c/job.yaml": "#lxops-v1\nimage: tiny\n",
      "/c/web.yaml": `${FIRST}after: {job: {until: completed}}\n`,
      "/c/front.yaml": `${FIRST}after: [web]\n`,
      "/c/db.yaml": FIRST,
    },
    controls: () => recorder(memoryServer(world)),
  });
  assertEquals([code, stdout], [6, "job: up to date\ndb: changed\n"], stderr);
  assertStringIncludes(stderr, "web: Wait until job has stopped, which has run for ");
  assertStringIncludes(stderr, 'Instance "job" has not stopped\n');
  assertStringIncludes(stderr, '"web" waits for it: web.yaml:4');
  assertStringIncludes(stderr, 'front: not begun: It comes after instance "web", which failed');
});
