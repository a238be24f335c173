/**
 * The machine, to change.
 *
 * @module
 */
import { basename, dirname } from "@std/path";
import { CommandError, StateError } from "../../base/errors.ts";
import type { Command, Host, HostControl } from "../../ports/mod.ts";
import { inProcess } from "./in_process.ts";
import { readMounts } from "./mounts.ts";
import { runPipeline, runProgram } from "./process.ts";
import { findProgram } from "./programs.ts";

/**
 * Returns the port that changes a machine. Unless lxops is root, programs run behind `sudo`, which asks for a password
 * only where a user can type it.
 */
export function hostControl(
  host: Pick<Host, "isRoot">,
  hasTerminal: boolean = Deno.stdin.isTerminal(),
): HostControl {
  return {
    async run(command, onLine, signal, onCount, input) {
      signal.throwIfAborted();
      if (host.isRoot && !command.pipe && await inProcess(command.argv)) return DONE;
      const argvs = await Promise.all(
        pipeline(command).map((one) => resolveArgv(one, host.isRoot, hasTerminal)),
      );
      const [first] = argvs;
      return argvs.length === 1
        ? await runProgram(first!, input ?? command.stdin, onLine, signal)
        : await runPipeline(argvs, input ?? command.stdin, onLine, signal, onCount);
    },
    async unlock(programs, signal) {
      const names = programs.filter((name) => name !== "ssh" && name !== "sudo");
      if (host.isRoot || names.length === 0) return undefined;
      const [sudo, ...paths] = await Promise.all(["sudo", ...names].map((name) => find(name, [name])));
      const { unlockSudo } = await import("./sudo.ts");
      return await unlockSudo(sudo!, paths, hasTerminal, signal);
    },
    writeText,
    removeText,
    launcher: async () => (await import("./launcher.ts")).makeLauncher(),
    dial: async (call, signal) => await (await import("./dial.ts")).dial(call, signal),
    mounts: async () => (await readMounts()).here,
    // The kernel shows the mounts of other users' processes to root only.
    ...(host.isRoot
      ? { containersWith: async (path) => await (await import("./mount_spaces.ts")).containersWith(path) }
      : {}),
  };
}

/** The end of a program that had nothing to say. */
const DONE = { code: 0, stdout: "", stderr: "" } as const;

/** Tells whether the permissions of the binary allow it to write a file. */
export function mayWrite(path: string): boolean {
  return Deno.permissions.querySync({ name: "write", path }).state !== "denied";
}

function pipeline(command: Command): Command["argv"][] {
  return [command.argv, ...(command.pipe ? pipeline(command.pipe) : [])];
}

async function resolveArgv(
  argv: Command["argv"],
  isRoot: boolean,
  hasTerminal: boolean,
): Promise<Command["argv"]> {
  const [name, ...args] = argv;
  const path = await find(name, argv);
  if (isRoot || name === "sudo" || name === "ssh") return [path, ...args];
  const sudo = await find("sudo", argv);
  const quiet = hasTerminal ? [] : ["-n"];
  return [sudo, ...quiet, "--", path, ...args];
}

async function find(name: string, argv: Command["argv"]): Promise<string> {
  const path = await findProgram(name);
  if (path !== undefined) return path;
  throw new CommandError(`The machine has no program "${name}"`, {
    argv,
    code: 127,
    advice: [
      `Install it; lxops looks in /usr/local/sbin, /usr/local/bin, /usr/sbin, /usr/bin, /sbin and /bin`,
    ],
  });
}

/**
 * Writes beside the file first, so that it is never half there; a link in its place is replaced, not followed.
 * The directories that it is in are made where they are missing.
 */
async function writeText(path: string, text: string, mode: number, isNew = false): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  if (isNew) return await writeNew(path, text, mode);
  for (let tries = 1;; tries++) {
    await removePartial(path);
    const partial = `${path}${PARTIAL}${crypto.randomUUID()}`;
    try {
      await Deno.writeTextFile(partial, text, { createNew: true, mode });
      await Deno.chmod(partial, mode);
      return await Deno.rename(partial, path);
    } catch (error) {
      await Deno.remove(partial).catch(() => {});
      // Another run that writes the same file has taken this one for a remnant.
      if (!(error instanceof Deno.errors.NotFound) || tries === WRITES) throw error;
    }
  }
}

/** Writes a file where nothing is yet. */
async function writeNew(path: string, text: string, mode: number): Promise<void> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { write: true, createNew: true, mode });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    throw new StateError(`"${path}" is there already, and is not replaced`, { kind: "exists" });
  }
  try {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await Deno.chmod(path, mode);
  } catch (error) {
    // Half a file is worse than none.
    await Deno.remove(path).catch(() => {});
    throw error;
  } finally {
    file.close();
  }
}

/** Removes a file that has a text, and the directory that is empty then. */
async function removeText(path: string, text: string, withDirectory: boolean): Promise<void> {
  const found = await Deno.readTextFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    // A part of its path is a file, which lxops did not write.
    if (error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  });
  if (found === null || found !== undefined && found !== text) return;
  if (found !== undefined) await Deno.remove(path);
  if (withDirectory) await Deno.remove(dirname(path)).catch(() => {});
}

const PARTIAL = ".partial-";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WRITES = 5;

/** Removes leftovers of runs that were killed while they wrote a file. */
async function removePartial(path: string): Promise<void> {
  const [directory, start] = [dirname(path), basename(path) + PARTIAL];
  for await (const { name } of Deno.readDir(directory)) {
    if (!name.startsWith(start) || !UUID.test(name.slice(start.length))) continue;
    await Deno.remove(`${directory}/${name}`).catch(() => {});
  }
}
