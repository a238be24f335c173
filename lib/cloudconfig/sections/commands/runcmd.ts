/**
 * `runcmd`: each command is an item, so that a failure names the command and a repeated run goes on after it. In the
 * order of cloud-init, all commands are one script: they share variables, and the script goes on after a command that
 * fails.
 *
 * @module
 */
import * as z from "zod/mini";
import { list } from "../../../config/schema/fields.ts";
import { preprocess, transform } from "../../../base/schemas.ts";
import { type Context, defineSection } from "../../model/section.ts";
import { noNul } from "../../model/fields.ts";
import { type Draft, oneLine } from "../../model/item.ts";
import { maskText, maskWords } from "../../model/mask.ts";
import { assign, MAX_WORD } from "../../model/print.ts";
import { hereDocument, quote } from "../../../base/shell.ts";
import { serviceChecks } from "./services.ts";

/** A command: text for a shell, a program with its arguments, or nothing. */
export type GuestCommand = string | readonly string[] | null;

const command = transform(
  z.union([z.null(), noNul, z.array(noNul).check(z.minLength(1, "A command cannot be empty"))], {
    error: ({ input }) =>
      typeof input === "object" && input !== null && !Array.isArray(input)
        ? 'A colon with a blank behind it makes a map of this command: put quotes around the whole of it, or write it as "|" text'
        : "A command is text, or a list of a program and its arguments",
  }),
  (value): GuestCommand => value === "" ? null : value,
);

/** A schema for a list of commands; a single text is one command. */
export const commands = preprocess((value) => typeof value === "string" ? [value] : value, list(command));

/**
 * Returns the shell commands that run a command. They replace their subshell, so that nothing can follow them in it.
 */
export function commandScript(command: string | readonly string[]): string {
  if (typeof command !== "string") return `command -- ${command.map(quote).join(" ")}`;
  // As an argument, the text would be visible in the list of processes; on standard input, a command that reads
  // would consume the commands after it. The environment is visible to root only and needs no process, but is limited.
  if (command.length <= MAX_WORD) {
    return `${assign("lxops_text", command)}\nexport lxops_text\n` +
      `exec /bin/sh -c 'eval "unset lxops_text; $lxops_text"'`;
  }
  return `/bin/sh -c 'eval "exec 3<&-; $(cat <&3)"' 3${hereDocument(command).trimEnd()}`;
}

/** Renders a command for a script. Quoted words cannot be keywords of the shell or assignments. */
function scriptLine(command: string | readonly string[]): string {
  return typeof command === "string"
    ? command
    : command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}

/** Returns a command in which passwords are masked. */
function masked(command: string | readonly string[]): string | readonly string[] {
  return typeof command === "string" ? maskText(command) : maskWords(command);
}

/** Returns a script that runs commands, and the form of it that can be shown. */
export function commandsDraft(
  all: readonly (string | readonly string[])[],
  scriptOf: (commands: readonly (string | readonly string[])[]) => string,
): Pick<Draft, "script" | "secrets"> {
  const [text, shown] = [scriptOf(all), scriptOf(all.map(masked))];
  return { script: text, ...(text === shown ? {} : { secrets: [{ text, shown }] }) };
}

/** Returns the title of an item that runs a command. */
export function commandTitle(command: string | readonly string[]): string {
  const words = masked(command);
  return `Run ${oneLine(typeof words === "string" ? words : words.map(quote).join(" "), 60)}`;
}

function checksOf(command: string | readonly string[]): Pick<Draft, "checks"> {
  const checks = serviceChecks(command);
  return checks.length > 0 ? { checks } : {};
}

/** Makes an item for each command of a list; in the order of cloud-init, one item for all of them. */
export function commandItems(
  section: string,
  all: readonly GuestCommand[],
  { order }: Pick<Context, "order">,
): Draft[] {
  const given = all.flatMap((command, index) => command === null ? [] : [{ command, index }]);
  if (order === "cloud-init" && given.length > 1) {
    return [{
      section,
      path: [section],
      title: `Run ${given.length} commands`,
      ...commandsDraft(
        given.map(({ command }) => command),
        (commands) => commandScript(commands.map(scriptLine).join("\n")),
      ),
      content: given.map(({ command }) => command),
      prints: true,
    }];
  }
  return given.map(({ command, index }) => ({
    section,
    path: [section, index],
    title: commandTitle(command),
    ...commandsDraft([command], ([one]) => commandScript(one!)),
    content: command,
    prints: true,
    ...checksOf(command),
  }));
}

/** `runcmd`: commands that run after everything else in a file. */
export const runcmd = defineSection({
  keys: { runcmd: z.optional(commands) },
  items: { commands: ({ runcmd = [] }, context) => commandItems("runcmd", runcmd, context) },
});
