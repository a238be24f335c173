/**
 * Man pages: one for each command in section 1, one for each topic in section 7.
 *
 * @module
 */
import type { FlagLine } from "../../lib/cli/command/flag_lines.ts";
import type { CommandPage, Documentation, TopicPage } from "../docs/pages.ts";

/** The release that the pages are of. */
export interface Release {
  readonly version: string;
  /** Seconds since 1970. */
  readonly time: number;
}

/** Renders all pages, by the name of their file: `lxops-image-build.1`. */
export function manPages({ commands, topics }: Documentation, release: Release): ReadonlyMap<string, string> {
  const names = topics.map(({ name }) => name);
  return new Map([
    ...commands.map((
      page,
    ): [string, string] => [`${pageName(page.words)}.1`, commandPage(page, names, release)]),
    ...topics.map((topic): [string, string] => [`lxops-${topic.name}.7`, topicPage(topic, release)]),
  ]);
}

function pageName(words: readonly string[]): string {
  return words.join("-");
}

function commandPage(page: CommandPage, topics: readonly string[], release: Release): string {
  const { words, summary, own, flags, commands } = page;
  const isRoot = words.length === 1;
  const parent = isRoot ? [] : [`${bold(pageName(words.slice(0, -1)))}(1)`];
  const about = isRoot
    ? topics.map((name) => `${bold(`lxops-${name}`)}(7)`)
    : [`${bold("lxops-exit-codes")}(7)`];
  return [
    heading(pageName(words), 1, release),
    ".SH NAME",
    `${escaped(pageName(words))} \\- ${escaped(summary)}`,
    ".SH SYNOPSIS",
    ...(own ? [synopsis(words, own.operands.usage, flags.length > 0), ".br"] : []),
    ...(commands.length > 0 ? [`${bold(words.join(" "))} \\fICOMMAND\\fR ...`] : []),
    ...(own?.details ? [".SH DESCRIPTION", ...asIs(own.details)] : []),
    ...(commands.length > 0 ? [".SH COMMANDS", ...commands.flatMap(listed)] : []),
    ...(flags.length > 0
      ? [".SH OPTIONS", ...(isRoot ? ["Before or after a command:"] : []), ...flags.flatMap(option)]
      : []),
    ...(own
      ? [".SH EXAMPLE", ...asIs(own.example), ".SH UNDER THE HOOD", escaped(`${own.underTheHood}.`)]
      : []),
    ...(own?.exits ? [".SH EXIT STATUS", escaped(`${own.exits}.`)] : []),
    ".SH SEE ALSO",
    [...parent, ...about].join(",\n"),
    "",
  ].join("\n");
}

function topicPage({ name, title, text }: TopicPage, release: Release): string {
  const body = text.startsWith(`${title}\n`) ? text.slice(title.length) : text;
  return [
    heading(`lxops-${name}`, 7, release),
    ".SH NAME",
    `${escaped(`lxops-${name}`)} \\- ${escaped(title === name ? `help of lxops about ${name}` : title)}`,
    ".SH DESCRIPTION",
    ...asIs(body.trim()),
    ".SH SEE ALSO",
    `${bold("lxops")}(1)`,
    "",
  ].join("\n");
}

function heading(name: string, section: number, { version, time }: Release): string {
  const date = new Date(time * 1000).toISOString().slice(0, 10);
  return `.TH ${escaped(name.toUpperCase())} ${section} ${date} "lxops ${escaped(version)}" "lxops manual"`;
}

function synopsis(words: readonly string[], usage: string, hasFlags: boolean): string {
  return `${bold(words.join(" "))}${hasFlags ? " [\\fIFLAGS\\fR]" : ""}${
    usage ? ` \\fI${escaped(usage)}\\fR` : ""
  }`;
}

function listed({ words, summary }: CommandPage["commands"][number]): readonly string[] {
  return [".TP", `${bold(pageName(words))}(1)`, escaped(summary)];
}

function option({ forms, help }: FlagLine): readonly string[] {
  return [".TP", forms.map((form) => bold(form)).join(", "), escaped(help)];
}

/** Renders text that keeps its lines. */
function asIs(text: string): readonly string[] {
  return [".nf", ...text.split("\n").map(escaped), ".fi"];
}

function bold(text: string): string {
  return `\\fB${escaped(text)}\\fR`;
}

/** Escapes text, so that no line begins with a request and no minus becomes a hyphen. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq").replaceAll("`", "\\(ga")
    .replaceAll("^", "\\(ha").replaceAll("~", "\\(ti").replace(/^\./, "\\&.");
}
