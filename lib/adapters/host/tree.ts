/**
 * A look at a directory with all that is below it, by programs that follow no link there.
 *
 * @module
 */
import { CommandError, LxopsError } from "../../base/errors.ts";
import type { Tree } from "../../ports/host.ts";
import { runProgram } from "./process.ts";
import { needProgram } from "./programs.ts";

/** The character in names that are not UTF-8. */
const UNREADABLE = "\ufffd";

/** getfattr's message about each file of a filesystem without extended attributes. */
const WITHOUT_ATTRIBUTES = /: Operation not supported$/;

/** Reads a directory without the mounts in it. */
export async function readTree(directory: string): Promise<Tree> {
  const owners = new Map<string, { uid: number; gid: number }>();
  const [modes, attributes] = await Promise.all([
    read("find", [directory, "-xdev", "-type", "f", "-perm", "/6000", "-printf", "%m %p\\0"]),
    read("getfattr", [
      "-R",
      "-P",
      "-h",
      "-d",
      "-e",
      "hex",
      "--absolute-names",
      "-m",
      "^(security\\.capability|system\\.posix_acl_(access|default))$",
      "--",
      directory,
    ]),
    read("find", [directory, "-xdev", "-printf", "%U %G\\n"], (line) => {
      if (owners.has(line)) return;
      const [uid, gid] = line.split(" ").map(Number);
      owners.set(line, { uid: uid!, gid: gid! });
    }),
  ]);
  return {
    directory,
    owners: [...owners.values()].sort((a, b) => a.uid - b.uid || a.gid - b.gid),
    modes: modes.split("\0").flatMap((entry) => {
      const [, mode, path] = /^(\d+) (.*)$/s.exec(entry) ?? [];
      return mode && path ? [{ path, mode }] : [];
    }),
    attributes,
  };
}

/** Runs a program and returns its output; its lines may be taken instead. */
async function read(
  name: "find" | "getfattr",
  args: readonly string[],
  onLine?: (line: string) => void,
): Promise<string> {
  const program = await needProgram(
    name,
    name === "getfattr"
      ? "Install the package attr: without it, ACLs and capabilities could not be kept"
      : "Install the package findutils",
  );
  const lines: string[] = [];
  let refusals = 0;
  const argv: readonly [string, ...string[]] = [program, ...args];
  const result = await runProgram(
    argv,
    undefined,
    (line, stream) => {
      if (stream === "stdout") (onLine ?? ((text) => lines.push(text)))(line);
      else if (name !== "getfattr" || !WITHOUT_ATTRIBUTES.test(line)) refusals++;
    },
    new AbortController().signal,
  );
  if (result.code !== 0 && (refusals > 0 || result.stderr === "")) {
    throw new CommandError(`"${name}" failed with exit code ${result.code}`, {
      argv,
      code: result.code,
      stderr: result.stderr.trimEnd(),
    });
  }
  const text = lines.map((line) => `${line}\n`).join("");
  if (!text.includes(UNREADABLE)) return text;
  const where = lines.find((line) => line.includes(UNREADABLE));
  throw new LxopsError(
    `A file with setuid bits, ACLs or capabilities has a name that is not UTF-8: "${where}"`,
    [
      "Nothing was changed.",
    ],
  );
}
