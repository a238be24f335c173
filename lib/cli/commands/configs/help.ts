/**
 * `help`: a command's help, or a topic about configuration files.
 *
 * @module
 */
import { command, type GroupCommand, type LeafCommand } from "../../command/command.ts";
import { TOPIC_NAMES } from "../../command/help.ts";

/** Returns `lxops help` for a tree of commands, which is loaded only when it runs, as `help` is part of it. */
export function helpCommand(load: () => Promise<GroupCommand>): LeafCommand {
  return command({
    name: "help",
    summary: "Print help about a command or a topic",
    flags: {},
    operands: { usage: "[TOPIC | COMMAND...]", min: 0 },
    oneForm: "help; help json has schemas",
    example: "lxops help filesystem",
    underTheHood: "nothing",
    details: `Topics: ${TOPIC_NAMES.join(", ")}.
"config" is about configuration files; help of the command is: lxops config --help`,
    run: async (_values, words, app) =>
      (await import("../../actions/configs/help.ts")).help(load, words, app),
  });
}
