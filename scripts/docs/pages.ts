/**
 * The documentation as data, from the table of commands and the topics: what the man pages and the reference page show.
 *
 * @module
 */
import { topicText } from "../../lib/cli/actions/configs/help.ts";
import type { AnyCommand, LeafCommand } from "../../lib/cli/command/command.ts";
import { type FlagLine, flagLines } from "../../lib/cli/command/flag_lines.ts";
import { globalFlags } from "../../lib/cli/command/flags.ts";
import { TOPIC_NAMES, type TopicName } from "../../lib/cli/command/help.ts";
import { allCommands } from "../../lib/cli/commands.ts";

/** The documentation of one command. */
export interface CommandPage {
  /** The words of the command: `lxops image build`. */
  readonly words: readonly string[];
  readonly summary: string;
  /** The command itself; absent for a group that only has commands. */
  readonly own?: LeafCommand;
  readonly flags: readonly FlagLine[];
  readonly commands: readonly { readonly words: readonly string[]; readonly summary: string }[];
}

/** The documentation of one topic of `lxops help`. */
export interface TopicPage {
  readonly name: TopicName;
  readonly title: string;
  /** Plain text in lines. */
  readonly text: string;
}

/** The whole documentation. */
export interface Documentation {
  /** The root first; every group stands before its commands. */
  readonly commands: readonly CommandPage[];
  readonly topics: readonly TopicPage[];
}

/** Collects the documentation of this tree. */
export async function documentation(): Promise<Documentation> {
  const root = await allCommands();
  const topics = await Promise.all(TOPIC_NAMES.map(async (name) => {
    const text = await topicText(name, []);
    return { name, title: titleOf(name, text), text };
  }));
  return { commands: pagesOf([root]), topics };
}

function pagesOf(path: readonly AnyCommand[]): readonly CommandPage[] {
  const command = path.at(-1)!;
  const words = path.map(({ name }) => name);
  const own = command.kind === "command" ? command : command.own;
  const commands = command.kind === "group" ? command.commands : [];
  const flags = path.length === 1 ? globalFlags : own?.flags ?? {};
  return [
    {
      words,
      summary: command.summary,
      ...(own ? { own } : {}),
      flags: flagLines(flags),
      commands: commands.map(({ name, summary }) => ({ words: [...words, name], summary })),
    },
    ...commands.flatMap((one) => pagesOf([...path, one])),
  ];
}

/** Returns the first line of a text if it is a title, and else the name. */
function titleOf(name: string, text: string): string {
  const [first = "", second] = text.split("\n");
  return second === "" && first.length <= 70 && !/[.:]$/.test(first) ? first : name;
}
