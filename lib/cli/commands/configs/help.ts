/**
 * `help`: a command's help, or a topic about configuration files.
 *
 * @module
 */
import { didYouMean } from "../../../base/suggest.ts";
import { EXIT, UsageError } from "../../../base/errors.ts";
import { type AnyCommand, command, type GroupCommand, type LeafCommand } from "../../command/command.ts";
import { globalFlags } from "../../command/flags.ts";
import { helpText, TOPIC_NAMES } from "../../command/help.ts";

/** Returns `lxops help` for a tree of commands, which is loaded only when it runs, as `help` is part of it. */
export function helpCommand(load: () => Promise<GroupCommand>): LeafCommand {
  return command({
    name: "help",
    summary: "Print help of a command, or on a topic",
    flags: {},
    operands: { usage: "[TOPIC | COMMAND...]", min: 0 },
    example: "lxops help filesystem",
    underTheHood: "nothing",
    details: `Topics: ${TOPIC_NAMES.join(", ")}.
"config" is about configuration files; help of the command is: lxops config --help`,
    run: async (_values, words, app) => {
      const [word] = words;
      const topic = words.length === 1 ? TOPIC_NAMES.find((name) => name === word) : undefined;
      if (topic) {
        const { TOPICS } = await import("../../../config/describe/reference.ts");
        app.print(TOPICS[topic]!(app.formats));
      } else app.print(helpText(pathOf(await load(), words), globalFlags));
      return EXIT.ok;
    },
  });
}

function pathOf(root: GroupCommand, words: readonly string[]): readonly AnyCommand[] {
  const path: AnyCommand[] = [root];
  for (const word of words) {
    const last = path.at(-1)!;
    const known = last.kind === "group" ? last.commands : [];
    const next = known.find((one) => one.name === word);
    if (!next) {
      const names = [...path.length === 1 ? TOPIC_NAMES : [], ...known.map((one) => one.name)];
      throw new UsageError(`There is no help on "${words.join(" ")}"${didYouMean(word, names)}`, [
        `Topics: ${TOPIC_NAMES.join(", ")}`,
      ]);
    }
    path.push(next);
  }
  return path;
}
