/**
 * Jobs of GitLab through `ci gitlab`, by a runner that follows gitlab-runner's source: each ends as GitLab has to show it,
 * and nothing is left.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isWhole } from "../../support/sample.ts";
import { connect } from "../../../scripts/testbed/rest.ts";
import { type Ground, inTurn, socketVariable } from "../support/daemon.ts";
import { runJob } from "./gitlab_runner.ts";
import type { Executor, JobEnd, RunnerJob, RunnerPlace } from "./runner_job.ts";

const settingsOf = ({ id }: Ground) =>
  `images: [tiny, {name: "ruby:*", image: tiny}]
default-image: tiny
services: [{name: "echo:*", image: tiny2}]
caches: [{name: ${id}, path: /cache}]
shell: sh
wait: exec
`;

/** Creates the directory and the configuration that a test's runner needs. */
async function place(ground: Ground, more = "") {
  const file = `${ground.dir}/ci.yaml`;
  await ground.write("ci.yaml", settingsOf(ground) + more);
  const { argv } = ground.daemon;
  const of = (name: string, ...more: readonly string[]) => [...argv, "ci", "gitlab", name, ...more];
  const executor: Executor = {
    config: of("config", "-file", file),
    prepare: of("prepare"),
    run: of("run"),
    cleanup: of("cleanup"),
  };
  const runner: RunnerPlace = {
    env: {
      HOME: ground.dir,
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
      ...socketVariable(ground.daemon),
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
    },
    retryMs: 100,
  };
  return { executor, runner };
}

/** Returns a number for jobs that no other test has. */
function firstId(ground: Ground): number {
  return Number.parseInt(ground.id.slice(1), 16) * 1000;
}

/** Names of instances of jobs from a number on. */
async function left(ground: Ground, ids: readonly number[]): Promise<readonly string[]> {
  const paths: readonly string[] = await ground.get("/1.0/instances");
  return paths.filter((path) => ids.some((id) => path.includes(`/ci-${id}-`)));
}

/** Removes the volumes of caches of a test. */
async function removeCaches(ground: Ground): Promise<void> {
  const { stdout } = await ground.run(["query", "/1.0/storage-pools/default/volumes/custom"]);
  using rest = connect(ground.daemon.socket!);
  for (const path of JSON.parse(stdout) as readonly string[]) {
    if (path.includes(`/lxops-cache-${ground.id}-`)) await rest.send("DELETE", path).catch(() => {});
  }
}

/** A kind of job, and how it has to end. */
interface Kind {
  readonly job: (ground: Ground, id: number) => Omit<RunnerJob, "id" | "project">;
  readonly ends: (index: number) => Partial<JobEnd>;
}

/** Exit codes that scripts end with, 1 and 2 among them, which mean something else to the runner. */
const CODES = [3, 1, 2, 125, 130, 255, 77, 126];

const KINDS: readonly Kind[] = [
  {
    job: (_, id) => ({ script: `echo "job ${id}"; id -u`, image: "ruby:3" }),
    ends: () => ({ status: "success" }),
  },
  {
    job: (_, id) => ({ script: `echo fails; exit ${CODES[id % CODES.length]}` }),
    ends: (id) => ({ status: "failed", code: CODES[id % CODES.length]! }),
  },
  {
    job: () => ({ script: "echo waits; sleep 600", cancelAt: "waits\n" }),
    ends: () => ({ status: "canceled" }),
  },
  {
    job: () => ({ script: "sleep 600", timeoutMs: isWhole() ? 20_000 : 6000 }),
    ends: () => ({ status: "timed out" }),
  },
  {
    // The instance is gone before the script runs.
    job: (ground, id) => ({
      script: "true",
      before: async (stage) => {
        if (stage === "build_script") await removeInstances(ground, id);
      },
    }),
    ends: () => ({ status: "system failure", code: 2 }),
  },
  {
    // The daemon cannot be reached at first.
    job: (ground) => ({
      script: "echo again",
      before: (stage, number, env) => {
        const [name] = Object.keys(socketVariable(ground.daemon));
        if (stage === "prepare_exec" && number === 0) env[name!] = "/nowhere";
      },
    }),
    ends: () => ({ status: "success" }),
  },
  {
    job: () => ({ script: "true", image: "other" }),
    ends: () => ({ status: "failed", code: 1 }),
  },
];

async function removeInstances(ground: Ground, id: number): Promise<void> {
  using rest = connect(ground.daemon.socket!);
  for (const path of await left(ground, [id])) {
    await rest.send("PUT", `${path}/state`, { action: "stop", force: true });
    await rest.send("DELETE", path).catch(() => {});
  }
}

const JOBS = isWhole() ? 105 : KINDS.length;

inTurn(`${JOBS} jobs of GitLab end as they have to, and leave nothing`, [], async (ground) => {
  const { executor, runner } = await place(ground);
  const first = firstId(ground);
  const ids = Array.from({ length: JOBS }, (_, index) => first + index);
  const wrong: string[] = [];
  const waiting = [...ids.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, id] = next;
      const kind = KINDS[index % KINDS.length]!;
      const job = { ...kind.job(ground, id), id, project: first + index % 3 };
      const end = await runJob(job, executor, runner);
      const expected = kind.ends(id);
      const got = { status: end.status, ...(end.code === undefined ? {} : { code: end.code }) };
      if (JSON.stringify(got) !== JSON.stringify(expected)) {
        wrong.push(`${id}: ${JSON.stringify(got)}, not ${JSON.stringify(expected)}\n${end.log}`);
      }
      if (end.cleanupLog.includes("lxops:")) wrong.push(`${id}: ${end.cleanupLog}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: 4 }, worker));
    assertEquals(wrong, []);
    assertEquals(await left(ground, ids), []);
  } finally {
    for (const id of ids) await removeInstances(ground, id);
    await removeCaches(ground);
  }
});

inTurn("each job of GitLab gets its own instance of a pool, and gives it back", [], async (ground) => {
  const pool = `${ground.id}p`;
  const { executor, runner } = await place(ground);
  const id = firstId(ground);
  const config = [...executor.config, "-pool", pool];
  try {
    // The message about a missing pool names the command that creates it, and the runner tries again.
    const none = await runJob({ id, script: "true" }, { ...executor, config }, runner);
    assertEquals(none.status, "system failure");
    assertStringIncludes(none.log, `There is no instance pool "${pool}"`);
    assertStringIncludes(none.log, "lxops pool create");
    await ground.ok(["pool", "create", "-size", "2", pool, "tiny"]);
    const job = (index: number): RunnerJob => ({
      id: id + index,
      script: "hostname; test ! -e /root/used; touch /root/used; sleep 1; exit 7",
      // Twice, as where the first answer was lost.
      before: async (stage, _number, env) => {
        if (stage !== "prepare_script") return;
        const [command, ...args] = executor.prepare as [string, ...string[]];
        const { code } = await new Deno.Command(command, { args, env, clearEnv: true }).output();
        assertEquals(code, 0);
      },
    });
    const ends = await Promise.all(
      [1, 2].map((index) => runJob(job(index), { ...executor, config }, runner)),
    );
    assertEquals(
      ends.map(({ status, code }) => [status, code]),
      [["failed", 7], ["failed", 7]],
      ends[0]?.log,
    );
    const hosts = ends.map(({ log }) => new RegExp(`^${pool}-\\w+$`, "m").exec(log)?.[0]);
    assert(hosts[0] !== undefined && hosts[1] !== undefined && hosts[0] !== hosts[1], ends[0]?.log);
    for (const name of hosts) assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
    const profiles: readonly string[] = await ground.get("/1.0/profiles");
    assertEquals(profiles.filter((path) => hosts.some((name) => path.includes(name!))), []);
  } finally {
    await ground.run(["pool", "destroy", "-force", pool]);
  }
});

inTurn("the runner of these tests finds what a simple executor does wrong", [], async (ground) => {
  const { runner } = await place(ground);
  const name = ground.name("-naive");
  const lxops = ground.daemon.argv.join(" ");
  const of = (script: string) => ["sh", "-c", script, "naive"];
  // As in the example of the documentation: script on standard input, and no exit code is written.
  const executor: Executor = {
    config: of("true"),
    prepare: of(`${lxops} create -start tiny ${name} || exit "$SYSTEM_FAILURE_EXIT_CODE"`),
    run: of(`${lxops} exec ${name} sh <"$1" || exit "$BUILD_FAILURE_EXIT_CODE"`),
    cleanup: of("true"),
  };
  const id = firstId(ground);
  const failed = await runJob({ id, script: "exit 3" }, executor, runner);
  assertEquals([failed.status, failed.code], ["failed", 1]);
  // It left its instance, and a second call for the same job fails.
  assert(await ground.get(`/1.0/instances/${name}`));
  assertEquals((await runJob({ id, script: "true" }, executor, runner)).status, "system failure");
});

/** A script that prints the results of attacks, each line as `name: result`. */
const ATTACKS = `
try() { if eval "$2" >/dev/null 2>&1; then echo "$1: got through"; else echo "$1: refused"; fi; }
try socket 'ls /var/lib/incus/unix.socket || ls /var/lib/lxd/unix.socket || ls /var/snap/lxd/common/lxd/unix.socket'
try mount 'echo x >/mirror/file || rm /mirror/file || mount -o remount,rw /mirror && echo x >/mirror/file'
try runner 'echo x >/usr/local/bin/gitlab-runner || mount -o remount,rw /usr/local/bin/gitlab-runner && echo x >/usr/local/bin/gitlab-runner'
try cache 'cat /cache/secret'
try device 'mknod /tmp/disk b 8 0 && head -c 1 /tmp/disk'
try kernel 'echo 1 >/proc/sys/kernel/sysrq || echo x >/proc/sysrq-trigger'
echo "cache was: $(ls /cache)"
touch /cache/secret
gitlab-runner
sleep 600 &
setsid sleep 700 </dev/null >/dev/null 2>&1 &
for place in /dev/shm /run /tmp; do
  mkdir -p $place; mount -t tmpfs -o size=4k none $place && head -c 100000 /dev/zero >$place/full
done
echo done
`;

inTurn("a job's author gets out of no instance, and holds nothing up", [], async (ground) => {
  await ground.write("gitlab-runner", "#!/bin/sh\necho the runner\n");
  await Deno.chmod(`${ground.dir}/gitlab-runner`, 0o755);
  await Deno.mkdir(`${ground.dir}/mirror`);
  await ground.write("mirror/file", "kept\n");
  await Deno.chmod(ground.dir, 0o755);
  const more =
    `runner: ${ground.dir}/gitlab-runner\nmounts: [{source: ${ground.dir}/mirror, path: /mirror}]\n`;
  const { executor, runner } = await place(ground, more);
  const id = firstId(ground);
  const mine = { project: id, services: [{ name: "echo:1", alias: "db", command: ["sleep", "500"] }] };
  try {
    const begun = performance.now();
    const end = await runJob(
      { ...mine, id, script: `grep ' db ' /etc/hosts\n${ATTACKS}` },
      executor,
      runner,
    );
    const names = [...end.log.matchAll(/^(\w+): (.*)$/gm)].map(([, name, what]) => `${name}: ${what}`);
    assertEquals(
      names.filter((line) => line.includes("refused") || line.includes("got through")),
      ["socket", "mount", "runner", "cache", "device", "kernel"].map((name) => `${name}: refused`),
      end.log,
    );
    assertStringIncludes(end.log, "the runner\n");
    assertMatch(end.log, /^[0-9.]+ db # lxops-ci$/m);
    // Full disks are the job's own affair: the stages after it fail, and none hangs.
    assertEquals(end.status, "failed", end.log);
    assert(performance.now() - begun < 60_000);
    assertEquals(await Deno.readTextFile(`${ground.dir}/mirror/file`), "kept\n");
    assertEquals(await left(ground, [id]), []);
    // Jobs of the project have its cache, and others have not: not those of other projects, and no unprotected branch.
    const look = "ls /cache; echo end";
    const cacheOf = async (job: Partial<RunnerJob>, index: number) =>
      (await runJob({ id: id + index, script: look, ...job }, executor, runner)).log.includes("secret");
    assertEquals(
      await Promise.all([
        cacheOf({ project: id }, 1),
        cacheOf({ project: id + 1, variables: { CI_PROJECT_ID: `${id}` } }, 2),
        cacheOf({ project: id, isProtected: false, variables: { CI_COMMIT_REF_PROTECTED: "true" } }, 3),
      ]),
      [true, false, false],
    );
    assertEquals(await left(ground, [id, id + 1, id + 2, id + 3]), []);
  } finally {
    for (const index of [0, 1, 2, 3]) await removeInstances(ground, id + index);
    await removeCaches(ground);
  }
});
