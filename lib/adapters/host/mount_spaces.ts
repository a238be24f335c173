/**
 * Finds the containers that see a directory of the host, from the kernel's tables: it does not matter which program
 * started them, or whether their daemon answers.
 *
 * @module
 */
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
  return place !== undefined && theirs.some(({ device, root }) => {
    const mounted = `${device} ${root === "/" ? "" : root}`;
    return isWithin(mounted, place) || isWithin(place, mounted);
  });
}

/** Finds processes, one of each container, that see a directory or a part of it. */
export async function processesThatSee(directory: string): Promise<readonly SeeingProcess[]> {
  const path = "/proc/[0-9]*/ns/mnt";
  const listed = await read("find", ["/proc", "-maxdepth", "3", "-path", path, "-printf", "%p %l\\n"]);
  const bySpace = new Map<string, string[]>();
  for (const line of listed.split("\n")) {
    const [, pid, space] = /^\/proc\/(\d+)\/ns\/mnt (\S+)$/.exec(line) ?? [];
    if (pid && space) bySpace.set(space, [...bySpace.get(space) ?? [], pid]);
  }
  const own = parseMounts(await read("cat", ["/proc/self/mountinfo"]));
  const found: SeeingProcess[] = [];
  for (const pids of bySpace.values()) {
    for (const pid of pids) {
      const text = await read("cat", [`/proc/${pid}/mountinfo`]);
      // It has ended meanwhile; another one of the same container may be there.
      if (text === "") continue;
      if (seesElsewhere(directory, own, parseMounts(text))) found.push({ pid, ...await containerOf(pid) });
      break;
    }
  }
  return found;
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
