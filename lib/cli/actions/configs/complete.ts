/**
 * `__complete`: the words that can stand at the cursor, for the scripts of `completion`. It never fails and never waits
 * for long: a user who types wants no message.
 *
 * @module
 */
import { EXIT } from "../../../base/errors.ts";
import type { GroupCommand } from "../../command/command.ts";
import type { App } from "../../command/app.ts";
import { type Around, contextOf } from "../../completion/context.ts";
import { lineOf, rendered } from "../../completion/shells.ts";
import { type Candidate, candidatesOf } from "../../completion/sources.ts";
import { printable } from "../../output/output.ts";

/** Time for a daemon to answer. */
const LIMIT_MS = 300;

/** Loads the tree of commands that a command line needs. */
type Load = (line: readonly string[]) => Promise<GroupCommand>;

/** Runs `__complete SHELL ...`; the further operands depend on the shell, see `lineOf()`. */
export async function complete(load: Load, operands: readonly string[], app: App): Promise<number> {
  const [shell = "", ...given] = operands;
  const line = lineOf(shell, given);
  if (!line) return EXIT.ok;
  const candidates = await withinLimit(offered(line, load, app)).catch(() => []);
  const fitting = candidates.filter(({ text }) =>
    // A name with characters that a terminal does not print, or with a tab, cannot be chosen there.
    text !== "" && text.startsWith(line.current.text) && printable(text) === text && !text.includes("\t")
  );
  const distinct = [...new Map(fitting.map((one) => [one.text, one])).values()];
  app.print(distinct.map((one) => rendered(shell, one, line.current)).join(""));
  return EXIT.ok;
}

async function offered(
  { words, current, after }: NonNullable<ReturnType<typeof lineOf>>,
  load: Load,
  app: App,
): Promise<readonly Candidate[]> {
  const context = await contextOfLine({ before: words, text: current.text, after }, load);
  const { values, commands, flags, kinds, prefix } = context;
  const there = app.withGlobals({
    socket: values.get("socket") ?? "",
    remote: values.get("remote") ?? "",
    http: values.has("http"),
    unix: values.has("unix"),
    strict: false,
  });
  const asked = {
    text: current.text.slice(prefix.length),
    context,
    commands: async () => (await load([])).commands,
    app: { ...there, warn: () => {}, complain: () => {} },
  };
  const found = await Promise.all(kinds.map((kind) => candidatesOf(kind, asked).catch(() => [])));
  return [
    ...commands.map(({ name, summary }) => ({ text: name, help: summary })),
    ...flags,
    ...found.flat().map((one) => ({ ...one, text: prefix + one.text })),
  ];
}

/** Finds the context of the cursor; only the command of the line is loaded, if there is one. */
async function contextOfLine(around: Around, load: Load) {
  const names = around.before.filter((word) => !word.startsWith("-"));
  for (const name of names) {
    const root = await load([name]);
    if (root.commands.length === 1) return contextOf(root, around);
  }
  return contextOf(await load([]), around);
}

/** Returns nothing where a promise takes too long; the end of the run closes its connections. */
async function withinLimit(promise: Promise<readonly Candidate[]>): Promise<readonly Candidate[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<readonly Candidate[]>((done) => timer = setTimeout(() => done([]), LIMIT_MS));
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
