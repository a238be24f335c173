/**
 * The keys that are applied first and last: `bootcmd`, `final_message` and `power_state`.
 *
 * @module
 */
import * as z from "zod/mini";
import { integer, oneOf, text } from "../../../config/schema/fields.ts";
import { transform } from "../../../base/schemas.ts";
import { quote } from "../../../base/shell.ts";
import { defineSection, type ValuesOf } from "../../model/section.ts";
import { flag, line, mapWith, noNul } from "../../model/fields.ts";
import type { Draft } from "../../model/item.ts";
import { isJinja, laterValues, renderTemplate, templateProblem, templateWord } from "../../model/template.ts";
import { commandItems, commands, commandScript } from "./runcmd.ts";

const delay = text.check(z.refine((value) => value === "now" || /^\+?\d{1,6}$/.test(value), {
  error: (issue) => `"${issue.input}" is not a valid delay: use "now", or minutes such as "+5"`,
}));

/** The shell variables of the final message. */
const VARIABLES = laterValues(Object.fromEntries(
  ["uptime", "timestamp", "version", "datasource"].flatMap((
    name,
  ) => [[name, name], [name.toUpperCase(), name]]),
));

const keys = {
  bootcmd: z.optional(commands),
  final_message: z.optional(transform(noNul, (message, { issues }) => {
    const problem = isJinja(message) ? templateProblem(message, VARIABLES) : undefined;
    if (problem !== undefined) issues.push({ code: "custom", path: [], message: problem, input: message });
    return message;
  })),
  power_state: z.optional(mapWith({
    mode: oneOf(["poweroff", "reboot", "halt"]),
    delay: z.optional(delay),
    message: z.optional(line),
    timeout: z.optional(integer),
    condition: z.optional(z.union([flag, noNul, z.array(noNul).check(z.minLength(1))], {
      error: '"true", "false" or a command is expected here',
    })),
  })),
} as const;

type Values = ValuesOf<typeof keys>;

/** Renders a message as a word of a script. Without Jinja, everything but a variable is text. */
function messageWord(message: string): string {
  if (isJinja(message)) return templateWord(renderTemplate(message, VARIABLES));
  const parts = message.split(/(\$(?:uptime|timestamp|version|datasource)\b|\{\{\s*\w+\s*\}\})/i);
  return parts.map((part, index) => {
    const name = part.replaceAll(/[^a-z]/gi, "");
    return index % 2 === 1 && Object.hasOwn(VARIABLES, name) ? `"$${name.toLowerCase()}"` : quote(part);
  }).join("");
}

/** Makes the item that prints the final message in lines that lxops always shows. */
function finalMessageItems({ final_message: message }: Values): Draft[] {
  if (!message) return [];
  return [{
    section: "final_message",
    path: ["final_message"],
    title: "Print the final message",
    script: [
      "version=lxops datasource=lxops",
      "uptime=$(cut -d' ' -f1 /proc/uptime 2>/dev/null) || :",
      "timestamp=$(date -R 2>/dev/null || date)",
      `printf '%s\\n' ${messageWord(message.trimEnd())} | sed 's/^/lxops: /'`,
    ].join("\n"),
    content: message,
  }];
}

/**
 * Makes the item that stops or restarts the instance. It only starts a delayed program, as the batch must end and be
 * reported before.
 */
function powerStateItems({ power_state: power }: Values): Draft[] {
  if (!power || power.condition === false) return [];
  const { mode, message, condition = true } = power;
  const minutes = power.delay === undefined || power.delay === "now"
    ? 0
    : Number(power.delay.replace("+", ""));
  const seconds = Math.max(2, minutes * 60);
  const act = [
    ...(message ? [`printf '%s\\n' ${quote(message)}`] : []),
    `lxops_later ${seconds} ${mode}`,
  ];
  const script = condition === true ? act : [
    `if (${commandScript(condition)}\n); then`,
    ...act,
    "else",
    `echo "lxops: the condition for ${mode} is not met"`,
    "fi",
  ];
  const titles = {
    poweroff: "Switch the instance off",
    reboot: "Restart the instance",
    halt: "Halt the instance",
  };
  return [{
    section: "power_state",
    path: ["power_state"],
    title: titles[mode],
    script: script.join("\n"),
    helpers: ["later"],
    content: [mode, minutes, condition],
  }];
}

const NO_TIMEOUT = "This has no effect: the instance stops as soon as all items are done";

/** `bootcmd`, which runs when the file is applied and not at every start, `final_message` and `power_state`. */
export const boot = defineSection({
  keys,
  items: {
    bootcmd: ({ bootcmd = [] }, context) => commandItems("bootcmd", bootcmd, context),
    finalMessage: finalMessageItems,
    last: powerStateItems,
  },
  remarks: ({ power_state: power }) =>
    power?.timeout === undefined ? [] : [{ path: ["power_state", "timeout"], message: NO_TIMEOUT }],
});
