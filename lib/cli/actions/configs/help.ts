/**
 * `help`.
 *
 * @module
 */
import { didYouMean } from "../../../base/suggest.ts";
import { EXIT, UsageError } from "../../../base/errors.ts";
import type { App } from "../../command/app.ts";
import type { AnyCommand, GroupCommand } from "../../command/command.ts";
import { globalFlags } from "../../command/flags.ts";
import { helpText, TOPIC_NAMES } from "../../command/help.ts";

/** Prints a topic, or the help of a command of the tree that is loaded. */
export async function help(
  load: () => Promise<GroupCommand>,
  words: readonly string[],
  app: App,
): Promise<number> {
  const [word] = words;
  const topic = words.length === 1 ? TOPIC_NAMES.find((name) => name === word) : undefined;
  if (topic === "exit-codes") {
    const { exitCodesText } = await import("../../command/exit_codes.ts");
    app.print(exitCodesText());
  } else if (topic) {
    const { TOPICS } = await import("../../../config/describe/reference.ts");
    app.print(TOPICS[topic]!(app.formats));
  } else app.print(helpText(pathOf(await load(), words), globalFlags));
  return EXIT.ok;
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
