/** Runs that end after one of their steps, as after a kill or a power failure. */
import { assert } from "@std/assert";
import { type Ground, socketVariable } from "./daemon.ts";
import { isWhole, sample } from "../../support/sample.ts";
import { until } from "../../support/until.ts";

/** Splits the script of a dry run into its steps: the lines up to and with each command. */
export function stepsOf(script: string): { head: string; steps: string[] } {
  const [head = "", ...parts] = script.split(/^(?=# (?!instance |note: ))/m);
  return { head, steps: parts };
}

/** Scripts of commands whose steps were counted, of each test. */
const counted = new WeakMap<Ground, Map<string, string>>();

async function dryRun(ground: Ground, args: readonly string[]): Promise<string> {
  return await ground.ok([args[0]!, "--dry-run", ...args.slice(1)]);
}

/** Returns the number of steps of a command. */
export async function countSteps(ground: Ground, args: readonly string[]): Promise<number> {
  const script = await dryRun(ground, args);
  counted.set(ground, (counted.get(ground) ?? new Map()).set(args.join("\0"), script));
  return stepsOf(script).steps.length;
}

/**
 * Yields the numbers of a command's steps after which a run ends: every sixth one, or every third one where a kill
 * may come too late to count, and at least one. The daemons that run the test share them, as plans hardly differ
 * between them. Which ones moves with the commit and differs between commands; with LXOPS_TEST_CUTS=all, each daemon
 * has all of them.
 */
export function* cuts(ground: Ground, count: number, of: 3 | 6 = 6): Generator<number> {
  const every = isWhole() ? 1 : Math.min(of * ground.shares, Math.max(1, count - 1));
  const first = sample() + count + (ground.daemon.title === "Incus" ? 0 : every >> 1);
  for (let done = 1; done < count; done++) if ((done + first) % every === 0) yield done;
}

/**
 * Carries out only the first steps of a command.
 *
 * @param options `isAlike` where they are those that `countSteps()` found, as the command begins alike each time
 */
export async function firstSteps(
  ground: Ground,
  args: readonly string[],
  count: number,
  { isAlike = false } = {},
): Promise<void> {
  const known = isAlike ? counted.get(ground)?.get(args.join("\0")) : undefined;
  const script = known ?? await dryRun(ground, args);
  const { head, steps } = stepsOf(script);
  const file = `${ground.dir}/part.sh`;
  await Deno.writeTextFile(file, head + steps.slice(0, count).join(""));
  const { code, stderr } = await new Deno.Command("sh", {
    args: [file],
    cwd: ground.dir,
    stdin: "null",
    env: socketVariable(ground.daemon),
  }).output();
  assert(code === 0, new TextDecoder().decode(stderr));
}

/** Adds the flag that shows also the steps that only write down how far a run has come. */
function verbose(args: readonly string[]): readonly string[] {
  return args[0] === "shiftids" || args[0] === "publish" ? args : [...args, "-v"];
}

/**
 * Runs a command and kills it with its programs (-9) as soon as a number of its steps is done, which is in the middle
 * of the next one. Returns `false` where the command ended before that.
 */
export async function killedAfter(ground: Ground, args: readonly string[], count: number): Promise<boolean> {
  const child = new Deno.Command("setsid", {
    args: [...ground.daemon.argv, ...verbose(args)],
    cwd: ground.dir,
    env: socketVariable(ground.daemon),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let [done, killed, text] = [0, false, ""];
  const kill = () => {
    killed = true;
    try {
      // A group has the number of the process that began it.
      Deno.kill(-child.pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  };
  for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split("\n");
    text = lines.pop()!;
    done += lines.filter((line) => /\(\d+\.\d s\)$/.test(line)).length;
    if (done >= count && !killed) kill();
  }
  const { signal } = await child.status;
  return signal === "SIGKILL";
}

/**
 * Runs a command and interrupts it (once) in the middle of a step of the daemon: as soon as a number of steps is done, and
 * the daemon works on the next one.
 */
export async function interruptedAfter(
  ground: Ground,
  args: readonly string[],
  after: number,
): Promise<{ readonly code: number; readonly stderr: string }> {
  const [program, ...first] = ground.daemon.argv;
  const child = new Deno.Command(program!, {
    args: [...first, ...verbose(args)],
    cwd: ground.dir,
    env: socketVariable(ground.daemon),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let [told, stderr] = [false, ""];
  for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
    stderr += chunk;
    const done = stderr.split("\n").filter((line) => /\(\d+\.\d s\)$/.test(line));
    if (done.length < after || told) continue;
    told = true;
    await until(async () => "running" in await ground.get("/1.0/operations"));
    child.kill("SIGINT");
  }
  return { code: (await child.status).code, stderr };
}

/** Runs lxops and kills it as soon as a check holds; it may end before that. */
export async function killedWhen(
  ground: Ground,
  args: readonly string[],
  isSo: () => Promise<boolean>,
): Promise<void> {
  const [program, ...first] = ground.daemon.argv;
  const child = new Deno.Command(program!, {
    args: [...first, ...args],
    cwd: ground.dir,
    env: socketVariable(ground.daemon),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  const status = child.status.then(() => void (ended = true));
  while (!ended && !await isSo());
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
  await status;
}
