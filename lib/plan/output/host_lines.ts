/**
 * Lines of a script for programs of the host.
 *
 * @module
 */
import { hereDocument, quote } from "../../base/shell.ts";
import type { There } from "../../ports/machine.ts";
import type { Command } from "../../ports/mod.ts";
import { bareScript, bareUses } from "../../ports/mounts.ts";
import { overSsh } from "../../ssh/ssh.ts";
import type { Effect } from "../../step/step.ts";
import { unpackInput } from "../commands/archive.ts";
import { changeOwner } from "../commands/host.ts";
import { projectFlag } from "./daemon_lines.ts";
import type { ScriptOptions } from "./script_options.ts";

/**
 * Returns the line that unpacks content. Where the first program fails, its output must not be taken for a
 * whole archive.
 */
export function unpackLine(effect: Extract<Effect, { kind: "unpack" }>, options: ScriptOptions): string {
  const { instance, backup, path, directory, owner, idsOf } = effect;
  const ids = owner !== undefined ? ` -owner ${owner}` : idsOf ? ` -ids-of ${quote(idsOf.name)}` : "";
  const line = `lxops instance content${projectFlag(instance, options)} -backup ${backup}${ids} ${
    quote(instance.name)
  } ${quote(path)}`;
  return `{ ${line} || echo failed; } | ${runLine(unpackInput(directory), options)}`;
}

/**
 * Returns the line that sets an owner on another machine. The owner becomes part of a word that a shell there
 * reads: two numbers and a colon.
 */
export function ownThere(
  { instance, paths }: Extract<Effect, { kind: "own" }>,
  { ssh, sudo }: There,
  options: ScriptOptions,
): string {
  const owner = `"$(lxops instance idmap${projectFlag(instance, options)} ${quote(instance.name)})"`;
  const [start, end] = runLine(overSsh(ssh, changeOwner(paths, OWNER), sudo), options).split(
    `${OWNER.uid}:${OWNER.gid}`,
  );
  return `${start}'${owner}'${end}`;
}

/** Stands for an owner that is not known yet; no real one has these numbers. */
const OWNER = { uid: 4294967001, gid: 4294967002 } as const;

/**
 * Returns the line that checks once more that a command does not go into a mount; over ssh that is part of the command
 * itself.
 */
export function bareLine({ argv, trees }: Command): string {
  const uses = argv[0] === "ssh" ? [] : bareUses(trees).filter(({ there }) => !there);
  return uses.length === 0 ? "" : `${bareScript(uses)}\n`;
}

/** Returns the line of a program on the host, with its input and the programs that read its output. */
export function runLine(command: Command, options: ScriptOptions): string {
  const words = command.argv.map(quote).join(" ");
  // ssh asks for root's rights where they are needed, on the other machine.
  const line = options.sudo && command.argv[0] !== "ssh" ? `sudo ${words}` : words;
  // It would read the rest of a script that comes on standard input.
  const first = command.argv[0] === "ssh" && command.stdin === undefined ? `${line} </dev/null` : line;
  if (command.pipe) return `${first} | ${pipeLine(command.pipe, options)}`;
  return command.stdin === undefined ? first : `${line} ${hereDocument(command.stdin)}`;
}

/** Returns the line of a program that reads another program's output. */
function pipeLine(command: Command, options: ScriptOptions): string {
  return runLine(command, options).replace(/ <\/dev\/null$/, "");
}

/**
 * Returns a line that is repeated until it succeeds. A script cannot examine a failure as lxops does, so it
 * repeats after any.
 */
export function retryLine(line: string): string {
  return `tries=0; until ${line}; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done`;
}
