/**
 * Errors about a word in place of a command: its meaning in other tools, or the file, directory or instance of that
 * name.
 *
 * @module
 */
import { LxopsError, UsageError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { App } from "../command/app.ts";
import type { AnyCommand, GroupCommand } from "../command/command.ts";
import { meaningIn, meaningOf, synonymOf } from "../command/meanings.ts";
import type { UnknownCommandError } from "../command/parse.ts";
import { isPath } from "./subjects.ts";

/** Longest time to ask the daemon whether a word is an instance. */
const ASK_MS = 2000;

/** Returns the error about an unknown command, with the command that the user may have meant. */
export async function explainedWord({ path, word }: UnknownCommandError, app: App): Promise<UsageError> {
  const group = path.at(-1) as GroupCommand;
  const name = path.map((one) => one.name).join(" ");
  const see = `See: ${name} --help`;
  const start = `"${name}" has no command "${word}"`;
  const known = group.commands.map((one) => one.name);
  if (path.length > 1) {
    const means = meaningIn(path.slice(1).map((one) => one.name).join(" "), word);
    if (means !== "") return new UsageError(`${start}; see: ${means}`, [see]);
    const takers = group.commands.filter((one) =>
      one.kind === "command" && /\bFILE\b/.test(one.operands.usage)
    );
    if (isPath(word) && takers.length > 0) {
      return new UsageError(`"${word}" is a file or a directory, and no command of "${name}"`, [
        `The form is: ${name} COMMAND ${quote(word)}, with ${takers.map((one) => one.name).join(", ")}`,
        see,
      ]);
    }
    const synonym = synonymOf(word, known);
    return new UsageError(`${start}${synonym ? `; did you mean "${synonym}"?` : didYouMean(word, known)}`, [
      see,
    ]);
  }
  const means = meaningOf(word);
  if (means !== "") return new UsageError(`${start}; see: ${means}`, [see]);
  const file = await pathAdvice(word, name, app);
  if (file) return new UsageError(`"${word}" is ${file.what}, and no command`, [...file.advice, see]);
  const near = didYouMean(word, known);
  if (near !== "") return new UsageError(`${start}${near}`, [see]);
  const deeper = group.commands.flatMap((one) => pathsOf(one, word));
  if (deeper.length > 0) {
    return new UsageError(`${start}; see: ${deeper.map((words) => `${name} ${words}`).join(", ")}`, [see]);
  }
  if (await isInstance(word, app)) {
    return new UsageError(`"${word}" is an instance, and no command`, [
      `To open a shell in it: ${name} shell ${quote(word)}`,
      `To see its state: ${name} ps ${quote(word)}`,
      see,
    ]);
  }
  return new UsageError(start, [see]);
}

/** A word that is a file or a directory. */
interface Found {
  readonly what: string;
  readonly advice: readonly string[];
}

async function pathAdvice(word: string, name: string, app: App): Promise<Found | undefined> {
  const { behind, filesToName } = await import("../../run/targets/directories.ts");
  const path = word.replace(/(?<=.)\/+$/, "");
  const kind = (await behind(path, app.host).catch(() => undefined))?.kind;
  const uses = [
    `To launch it, or apply what changed in it: ${name} up ${quote(word)}`,
    `To see what that would do: ${name} plan ${quote(word)}`,
  ];
  if (kind === "directory") {
    const files = await (await import("./search.ts")).configurationsOf(path, app).catch(() => []);
    const advice = files.length > 0 ? uses : await filesToName(path, app.host);
    return { what: "a directory", advice };
  }
  if (kind === "file") return { what: "a file", advice: uses };
  if (!isPath(word)) return undefined;
  return { what: "a file that does not exist", advice: [`The form is: ${name} up ${quote(word)}`] };
}

/** Returns the paths of commands below groups that have a name. */
function pathsOf(command: AnyCommand, word: string): readonly string[] {
  if (command.kind === "command") return [];
  return command.commands.flatMap((one) =>
    one.name === word
      ? [`${command.name} ${word}`]
      : pathsOf(one, word).map((words) => `${command.name} ${words}`)
  );
}

/** Tells whether a word is an instance, if the daemon says so at once. */
async function isInstance(word: string, app: App): Promise<boolean> {
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(word)) return false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => timer = setTimeout(() => resolve(false), ASK_MS));
  const asked = (async () => {
    const server = await app.server();
    return await server.instance({ project: await app.project(), name: word }) !== undefined;
  })().catch((error) => {
    if (error instanceof LxopsError) return false;
    throw error;
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
