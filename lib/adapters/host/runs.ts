/**
 * Runs of lxops on this machine: this one, and the states of others. A program reads `/proc`, because Deno allows that
 * only to processes with all permissions.
 *
 * @module
 */
import { parseRun, type Run, runText } from "../../ports/runs.ts";
import type { RunState } from "../../ports/mod.ts";
import { runProgram } from "./process.ts";
import { findProgram } from "./programs.ts";

/** Reads the text of `/proc/PID/stat`: number, state and start of a process. */
export function readStat(line: string): { pid: number; state: string; start: string } | undefined {
  // A program can have any name, with spaces and parentheses.
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  const pid = Number(/^\d+/.exec(line)?.[0]);
  const [state, start] = [fields[0], fields[19]];
  return state && start && pid > 0 ? { pid, state, start } : undefined;
}

async function readLines(paths: readonly string[]): Promise<readonly string[]> {
  const program = await findProgram("cat");
  if (program === undefined) return [];
  // Missing processes are left out.
  const { stdout } = await runProgram(
    [program, "--", ...paths],
    undefined,
    () => {},
    new AbortController().signal,
  );
  return stdout.split("\n");
}

async function machineId(): Promise<string> {
  try {
    return (await Deno.readTextFile("/etc/machine-id")).trim() || "-";
  } catch {
    return "-";
  }
}

/** Returns this run; `undefined` where the machine does not tell enough to recognise it later. */
export async function thisRun(): Promise<string | undefined> {
  const [[host, boot, line, first], machine] = await Promise.all([
    readLines([
      "/proc/sys/kernel/hostname",
      "/proc/sys/kernel/random/boot_id",
      `/proc/${Deno.pid}/stat`,
      "/proc/1/stat",
    ]),
    machineId(),
  ]);
  const stat = readStat(line ?? "");
  if (!host || !boot || !stat || /\s/.test(host + boot + machine)) return undefined;
  // Unreadable on a machine that hides the processes of other users.
  const init = readStat(first ?? "")?.start;
  const run: Run = { host, machine, boot, pid: stat.pid, start: stat.start };
  return runText(init === undefined ? run : { ...run, first: init });
}

/** Returns the number of a process' parent, from the text of `/proc/PID/stat`; 0: none. */
export function parentOf(line: string): number {
  return Number(line.slice(line.lastIndexOf(")") + 2).split(" ")[1]) || 0;
}

/** Returns the numbers of the visible processes above this one, from its parent upwards. */
export async function ancestors(): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (let pid = Deno.pid; pid > 0;) {
    const [line = ""] = await readLines([`/proc/${pid}/stat`]);
    pid = parentOf(line);
    if (pid === 0 || found.has(pid)) break;
    found.add(pid);
  }
  return found;
}

/** Finds out which runs still run, as far as this machine shows it. */
export async function runStates(
  texts: readonly string[],
  own: Promise<string | undefined> = thisRun(),
): Promise<ReadonlyMap<string, RunState>> {
  const me = parseRun(await own ?? "");
  const runs = texts.flatMap((text): [string, Run][] => {
    const run = parseRun(text);
    return run ? [[text, run]] : [];
  });
  const here = runs.filter(([, run]) => me && isHere(run, me) && run.boot === me.boot);
  const lines = here.length > 0 ? await readLines(here.map(([, { pid }]) => `/proc/${pid}/stat`)) : [];
  const stats = lines.flatMap((line) => readStat(line) ?? []);
  return new Map(runs.map(([text, run]): [string, RunState] => {
    if (!me || !isHere(run, me)) return [text, "elsewhere"];
    if (run.boot !== me.boot) return [text, "over"];
    const alive = stats.some(({ pid, state, start }) =>
      pid === run.pid && start === run.start && !/[ZX]/.test(state)
    );
    if (alive) return [text, "alive"];
    // A process that is not visible may still run: in another container, or as another user.
    return [text, seesSame(run, me) ? "over" : "elsewhere"];
  }));
}

/** Tells whether a run was on this machine; containers without a number of their own can have one name. */
function isHere({ host, machine, boot }: Run, me: Run): boolean {
  return host === me.host && machine === me.machine && (machine !== "-" || boot === me.boot);
}

/** Tells whether two runs of one boot see the same processes; notes of older versions do not tell. */
function seesSame(run: Run, me: Run): boolean {
  return me.first !== undefined && (run.first === undefined || run.first === me.first);
}
