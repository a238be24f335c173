/**
 * Finds the containers that see a directory of the host, from the kernel's tables: it does not matter which program
 * started them, or whether their daemon answers.
 *
 * @module
 */
import { basename, dirname, join } from "@std/path";
import { type Mount, parseMounts, placeIn, type SeeingProcess } from "../../ports/mounts.ts";
import { isWithin } from "../../base/within.ts";
import { runProgram } from "./process.ts";
import { needProgram } from "./programs.ts";

/**
 * Tells whether a process sees a directory, or a part of it, elsewhere than the host does: `theirs` are the mounts of
 * the process, `own` those of the host. A process with the host's root, as many services have, sees what others see.
 */
export function seesElsewhere(directory: string, own: readonly Mount[], theirs: readonly Mount[]): boolean {
  if (placeIn(own, "/") === placeIn(theirs, "/")) return false;
  const place = placeIn(own, directory);
  return place !== undefined && theirs.some((mount) => {
    const mounted = placeOf(mount);
    return isWithin(mounted, place) || isWithin(place, mounted);
  });
}

/** Tells whether a process has a directory, or a part of it, mounted elsewhere than the host; see `seesElsewhere()`. */
export function hasElsewhere(directory: string, own: readonly Mount[], theirs: readonly Mount[]): boolean {
  if (placeIn(own, "/") === placeIn(theirs, "/")) return false;
  const place = placeIn(own, directory);
  return place !== undefined && theirs.some((mount) => isWithin(placeOf(mount), place));
}

function placeOf({ device, root }: Mount): string {
  return `${device} ${root === "/" ? "" : root}`;
}

/** Finds processes, one of each container, that see a directory or a part of it. */
export async function processesThatSee(directory: string): Promise<readonly SeeingProcess[]> {
  return await find((own, theirs) => seesElsewhere(directory, own, theirs));
}

/**
 * Names containers that have a directory or a part of it mounted. Those that have a directory around it, such as
 * the whole disk, still find what comes after it, and do not count.
 */
export async function containersWith(directory: string): Promise<readonly string[]> {
  const parent = await Deno.realPath(dirname(directory)).catch(() => dirname(directory));
  const path = join(parent, basename(directory));
  const found = await find((own, theirs) => hasElsewhere(path, own, theirs));
  return found.map(({ pid, container }) =>
    container === undefined ? `Process ${pid}` : `Container "${container}" (process ${pid})`
  );
}

/** Finds processes, one of each container, by their mounts and those of the host. */
async function find(
  has: (own: readonly Mount[], theirs: readonly Mount[]) => boolean,
): Promise<readonly SeeingProcess[]> {
  const path = "/proc/[0-9]*/ns/mnt";
  const listed = await read("find", ["/proc", "-maxdepth", "3", "-path", path, "-printf", "%p %l\\n"]);
  const bySpace = new Map<string, string[]>();
  for (const line of listed.split("\n")) {
    const [, pid, space] = /^\/proc\/(\d+)\/ns\/mnt (\S+)$/.exec(line) ?? [];
    if (pid && space) bySpace.set(space, [...bySpace.get(space) ?? [], pid]);
  }
  const own = parseMounts(await read("cat", ["/proc/self/mountinfo"]));
  const found: string[] = [];
  let open = [...bySpace.values()];
  while (open.length > 0) {
    const tables = await mountsOf(open.map(([pid]) => pid!));
    found.push(...[...tables].filter(([, theirs]) => has(own, theirs)).map(([pid]) => pid));
    // What has ended meanwhile leaves the place to another process of the same container.
    open = open.filter(([pid]) => !tables.has(pid!)).map(([, ...others]) => others)
      .filter((pids) => pids.length > 0);
  }
  return await Promise.all(found.map(async (pid) => ({ pid, ...await containerOf(pid) })));
}

/** Reads the mounts of processes by one program; those that have ended are left out. */
async function mountsOf(pids: readonly string[]): Promise<ReadonlyMap<string, readonly Mount[]>> {
  const files = pids.flatMap((pid) => [`/proc/${pid}/stat`, `/proc/${pid}/mountinfo`]);
  return splitTables(await read("cat", files));
}

/** Separates mounts of processes: before them is a line that begins with the process and its name in brackets. */
export function splitTables(text: string): ReadonlyMap<string, readonly Mount[]> {
  const tables = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split("\n")) {
    const [, pid] = /^(\d+) \(/.exec(line) ?? [];
    if (pid === undefined) lines.push(line);
    else tables.set(pid, lines = []);
  }
  return new Map(
    [...tables].filter(([, lines]) => lines.some((line) => line !== ""))
      .map(([pid, lines]) => [pid, parseMounts(lines.join("\n"))]),
  );
}

/** Returns the container of a process by its control group, which both daemons name after the instance. */
async function containerOf(pid: string): Promise<Omit<SeeingProcess, "pid">> {
  const container = /\/lxc\.payload\.([^/\n]+)/.exec(await read("cat", [`/proc/${pid}/cgroup`]))?.[1];
  return container === undefined ? {} : { container };
}

async function read(name: "find" | "cat", args: readonly string[]): Promise<string> {
  const program = await needProgram(name);
  let text = "";
  const onLine = (line: string, stream: "stdout" | "stderr") => {
    if (stream === "stdout") text += `${line}\n`;
  };
  await runProgram([program, ...args], undefined, onLine, new AbortController().signal);
  return text;
}
