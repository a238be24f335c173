/**
 * Looks at the machine as a whole, for `doctor`: each look is bounded, and changes nothing.
 *
 * @module
 */
import { parseSize } from "../../base/sizes.ts";
import type {
  Inspector,
  PlaceLook,
  RoomLook,
  SudoLook,
  SudoRule,
  UserLook,
  ZfsLook,
} from "../../ports/health/inspector.ts";
import { lookForSockets } from "../transport/socket.ts";
import { notedRuns } from "./machine_locks.ts";
import { runProgram } from "./process.ts";
import { findProgram, PROGRAMS } from "./programs.ts";

/** The most that is read of a file. */
const LIMIT = 256 * 1024;

/** Programs without which lxops can do less, but starts instances all the same. */
const NEEDED = PROGRAMS.filter((name) => !["zfs", "zpool", "df", "sudo", "ssh"].includes(name));

/** Programs that lxops runs behind sudo, and that print their version and end. */
const BEHIND_SUDO = ["mkdir", "chown", "chmod", "mv", "rm", "cp", "tar", "find", "cat", "zfs"] as const;

/** Returns the inspector of this machine. */
export function makeInspector(env: (name: string) => string | undefined): Inspector {
  return {
    sockets: (daemon, option, signal) => lookForSockets(daemon, option, { env }, signal),
    user: lookAtUser,
    texts: readTexts,
    absentPrograms: async () => {
      const found = await Promise.all(NEEDED.map(async (name) => [name, await findProgram(name)] as const));
      return found.flatMap(([name, path]) => path === undefined ? [name] : []);
    },
    sudo: lookAtSudo,
    zfs: lookAtZfs,
    atWork: directoriesAtWork,
    places: async (paths) =>
      new Map(await Promise.all(paths.map(async (path) => [path, await placeOf(path)] as const))),
    room: lookAtRoom,
  };
}

async function directoriesAtWork(signal: AbortSignal): Promise<readonly string[]> {
  const runs = await notedRuns();
  const stat = ({ pid = 0 }: { readonly pid?: number }) => `/proc/${pid}/stat`;
  const processes = runs.length === 0 ? new Map() : await readTexts([...new Set(runs.map(stat))], signal);
  return runs.filter((run) => processes.has(stat(run)))
    .flatMap(({ uses = [] }) => uses.map(({ directory }) => directory));
}

/** Runs a program; one that the machine does not have counts as one that failed. */
async function ask(
  name: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const program = await findProgram(name);
  if (program === undefined) return { code: 127, stdout: "", stderr: `The machine has no program "${name}"` };
  return await runProgram([program, ...args], undefined, () => {}, signal);
}

/**
 * Reads files, each by its own `cat`, so that their texts are separate; `cat` may read files that Deno may not, such as
 * those of `/proc`.
 */
async function readTexts(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(paths.map(async (path): Promise<[string, string][]> => {
    const { code, stdout } = await ask("cat", ["--", path], signal);
    return code === 0 && stdout.length <= LIMIT ? [[path, stdout]] : [];
  }));
  return new Map(found.flat());
}

async function lookAtUser(signal: AbortSignal): Promise<UserLook> {
  const uid = Deno.uid() ?? 0;
  const texts = await readTexts([`/proc/${Deno.pid}/status`, "/etc/passwd"], signal);
  const groups = /^Groups:\s*(.*)$/m.exec(texts.get(`/proc/${Deno.pid}/status`) ?? "")?.[1] ?? "";
  const gids = groups.split(/\s+/).filter((id) => id !== "").map(Number);
  const line = (texts.get("/etc/passwd") ?? "").split("\n").find((one) => one.split(":")[2] === String(uid));
  const name = line?.split(":")[0];
  return { uid, gids: [...new Set([Deno.gid() ?? 0, ...gids])], ...(name ? { name } : {}) };
}

async function lookAtSudo(signal: AbortSignal): Promise<SudoLook> {
  const sudo = await findProgram("sudo");
  if (sudo === undefined) return { there: false, rules: {} };
  const rules = await Promise.all(BEHIND_SUDO.map(async (name) => {
    const program = await findProgram(name);
    return program === undefined ? [] : [[name, await ruleFor(sudo, program, signal)] as const];
  }));
  return { there: true, rules: Object.fromEntries(rules.flat()) };
}

async function ruleFor(sudo: string, program: string, signal: AbortSignal): Promise<SudoRule> {
  const tell = async (...args: readonly string[]) =>
    await runProgram([sudo, "-n", ...args], undefined, () => {}, signal);
  const { code, stderr } = await tell("--", program, "--version");
  // A program may not know this option; sudo's own refusals have their own messages.
  if (code === 0 || !REFUSALS.test(stderr)) return "allowed";
  if (!ASKS.test(stderr) || LOCKED.test(stderr)) return "refused";
  // It asks before it refuses; the list of allowed programs needs no password where any of them needs none.
  const listed = await tell("-l", "--", program);
  return listed.code === 0 || ASKS.test(listed.stderr) ? "password" : "refused";
}

const ASKS = /password is required|terminal is required/;
const LOCKED = /account validation failure/;
const REFUSALS = /^sudo: |not allowed to|not in the sudoers|may not run sudo/m;

async function lookAtZfs(signal: AbortSignal): Promise<ZfsLook> {
  if (await findProgram("zfs") === undefined) return { there: false, pools: [] };
  // The free space of a pool is not the space that its datasets can use.
  const [health, room] = await Promise.all([
    ask("zpool", ["list", "-H", "-o", "name,health"], signal),
    ask("zfs", ["list", "-H", "-d", "0", "-o", "name,used,avail"], signal),
  ]);
  if (health.code !== 0) return { there: true, pools: [], problem: firstLine(health.stderr) };
  const rows = (text: string) =>
    text.split("\n").filter((line) => line !== "").map((line) => line.split("\t"));
  const rooms = new Map(rows(room.stdout).map(([name, used, free]) => [name, [used, free] as const]));
  const pools = rows(health.stdout).map(([name = "", health = ""]) => {
    const [used, free] = (rooms.get(name) ?? ["", ""]).map((text) => parseSize(text ?? "") ?? 0);
    return { name, health, bytes: used! + free!, freeBytes: free! };
  });
  return { there: true, pools };
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}

async function placeOf(path: string): Promise<PlaceLook> {
  try {
    const info = await Deno.stat(path);
    return info.isDirectory ? "directory" : info.isFile ? "file" : "other";
  } catch (error) {
    const isAbsent = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
    return isAbsent ? undefined : "unknown";
  }
}

/** Returns the room in the filesystem of each path; the names of GNU's columns keep a strange mount's name whole. */
async function lookAtRoom(paths: readonly string[], signal: AbortSignal): Promise<readonly RoomLook[]> {
  const found = await Promise.all([...new Set(paths)].map(async (path) => {
    const { code, stdout } = await ask(
      "df",
      ["-B1", "--output=size,avail,itotal,iavail,target", "--", path],
      signal,
    );
    const [, line = ""] = stdout.split("\n");
    const [, size, free, files, freeFiles, mount] = /^\s*(\d+) +(\d+) +(\d+|-) +(\d+|-) +(.*)$/.exec(line) ??
      [];
    if (code !== 0 || mount === undefined) return [];
    const number = (text: string | undefined) => text === "-" ? 0 : Number(text);
    return [{
      path,
      mount,
      bytes: number(size),
      freeBytes: number(free),
      files: number(files),
      freeFiles: number(freeFiles),
    }];
  }));
  const mounts = Map.groupBy(found.flat(), ({ mount }) => mount);
  return [...mounts.values()].map((all) => {
    const { path: _path, ...room } = all[0]!;
    return { ...room, paths: all.map(({ path }) => path) };
  });
}
