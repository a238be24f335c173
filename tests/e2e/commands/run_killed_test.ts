/** Runs that are killed: what they leave goes by one `run --sweep`. */
import { assert, assertEquals } from "@std/assert";
import { isWhole } from "../../support/sample.ts";
import { type Ground, inTurn, socketVariable } from "../support/daemon.ts";

const RUNS = isWhole() ? 200 : 24;
const AT_ONCE = 8;

/** Longest wait for what the daemon still does for runs that were killed. */
const QUIET_MS = 60_000;

/** The moment at which lxops is killed: so many milliseconds after its start, or once the program runs. */
type Moment = number | "begun";

/** Every third run is killed, and a third of those once its program runs. */
function momentOf(index: number): Moment | undefined {
  if (index % 3 !== 0) return undefined;
  return index % 9 === 0 ? "begun" : 37 * index % 1000;
}

/** Runs a program, and kills lxops at a moment where there is one. */
async function oneRun(ground: Ground, index: number, moment = momentOf(index)): Promise<void> {
  const [command, ...first] = ground.daemon.argv as [string, ...string[]];
  const isKilled = moment !== undefined;
  const program = isKilled ? "echo begun; exec sleep 60" : "exit 3";
  const child = new Deno.Command(command, {
    args: [...first, "run", "-name", ground.name(`-${index}`), "tiny", "--", "sh", "-c", program],
    cwd: ground.dir,
    env: { HOME: ground.dir, ...socketVariable(ground.daemon) },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const output = child.stdout.getReader();
  if (!isKilled) {
    assertEquals((await child.status).code, 3);
  } else {
    if (moment === "begun") await output.read();
    else await new Promise<void>((resolve) => setTimeout(resolve, moment));
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await child.status;
  }
  await output.cancel();
}

/** Waits until the daemon does nothing any more that a killed run has asked for. */
async function untilQuiet(ground: Ground): Promise<void> {
  const end = performance.now() + QUIET_MS;
  for (;;) {
    const { running = [] }: { readonly running?: readonly { readonly class: string }[] } = await ground.get(
      "/1.0/operations?recursion=1",
    );
    // Programs of runs that were killed go on.
    if (running.every((one) => one.class !== "task") || performance.now() > end) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Lists what there is of this test's instances: instances and profiles, processes, and mounts of the daemon. */
async function remains(ground: Ground): Promise<readonly string[]> {
  const names = (await Promise.all(
    ["/1.0/instances", "/1.0/profiles"].map((path) => ground.get(path) as Promise<readonly string[]>),
  )).flat();
  const { environment } = await ground.get("/1.0");
  const mounts = (await Deno.readTextFile(`/proc/${environment.server_pid}/mountinfo`)).split("\n");
  const { stdout } = await new Deno.Command("/usr/bin/ps", { args: ["-eo", "args"] }).output();
  const processes = new TextDecoder().decode(stdout).split("\n");
  return [...names, ...mounts, ...processes].filter((text) => text.includes(ground.id));
}

inTurn(`${RUNS} runs, of which a third is killed, leave nothing after one --sweep`, [], async (ground) => {
  const left = Array.from({ length: RUNS }, (_, index) => index);
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await oneRun(ground, next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  // Each run removes what those before it have left; these are the last.
  await Promise.all([oneRun(ground, RUNS, "begun"), oneRun(ground, RUNS + 1, "begun")]);
  // The daemon removes an ephemeral instance that stops, and leaves its profile.
  await ground.write("e.yaml", "#lxops-v1\nimage: tiny\nostype: alpine\nlxc-options: [-e]\n");
  const gone = ground.name("-gone");
  await ground.ok(["launch", "-name", gone, "e.yaml"]);
  await ground.ok(["instance", "stop", gone]);
  await untilQuiet(ground);
  assert((await remains(ground)).includes(`/1.0/profiles/${gone}.lxops`));
  assert((await remains(ground)).length > 0, "nothing was left by runs that were killed");
  await ground.ok(["run", "-sweep"]);
  // Processes of the daemon end a moment after their instance.
  for (let tries = 0; tries < 50 && (await remains(ground)).length > 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assertEquals(await remains(ground), []);
});
