/**
 * Finds tabs at the beginning of lines that would change the structure of a document.
 *
 * @module
 */
import { parse } from "@std/yaml";
import { excess } from "./bounds.ts";

const OPTIONS = { schema: "failsafe", allowDuplicateKeys: true } as const;

/** The most characters that are parsed again because of tabs, in all attempts of a file. */
const REPARSE_BUDGET = 20_000_000;

/** Finds a line that begins with white space with a tab and is neither empty nor a comment; -1 without one. */
export function tabbedLine(text: string, from = 0): number {
  const pattern = /^[ ]*\t[ \t]*(?=[^\s#])/gm;
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? -1;
}

/** Parses a text; returns `undefined` if it is not a document within the limits. */
function parsed(text: string): unknown {
  try {
    const data = parse(text, OPTIONS);
    return excess(data) === undefined ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the structure and texts of a document without white space, for comparing. */
function shape(text: string): string | undefined {
  const data = parsed(text);
  return data === undefined ? undefined : JSON.stringify(data).replaceAll(/\\[nt]|\s/g, "");
}

/** The character that replaces tabs; for a text that has it, other checks decide. */
const MARK = "\uf8f0";

/**
 * Finds tabs that are part of a text, for example in a Makefile: a character in place of the tab appears in the
 * parsed text. The parser drops a tab that is white space of the structure.
 */
function findText(whole: unknown, marked: unknown, found: Set<number>, seen = new Set<object>()): void {
  if (typeof marked === "string") {
    const tabs = [...marked.matchAll(/\uf8f0(\d+)\uf8f0/g)];
    if (tabs.length === 0 || marked.replaceAll(/\uf8f0\d+\uf8f0/g, "\t") !== whole) return;
    for (const [, index] of tabs) found.add(Number(index));
    return;
  }
  if (typeof marked !== "object" || marked === null || typeof whole !== "object" || whole === null) return;
  if (seen.has(marked)) return;
  seen.add(marked);
  for (const [key, value] of Object.entries(marked)) {
    if (Object.hasOwn(whole, key)) findText((whole as Record<string, unknown>)[key], value, found, seen);
  }
}

/** Returns the offsets of tabs at the beginning of lines that are part of a text. */
function textTabs(text: string): ReadonlySet<number> {
  const none = new Set<number>();
  if (text.includes(MARK)) return none;
  // A comment that is indented with a tab stops being one with another character: so comments are skipped, too.
  for (const pattern of [/^( *)\t/gm, /^( *)\t(?=[ \t]*[^\s#])/gm]) {
    const offsets: number[] = [];
    const marked = parsed(
      text.replace(
        pattern,
        (_, indent: string, at: number) => `${indent}${MARK}${offsets.push(at + indent.length) - 1}${MARK}`,
      ),
    );
    if (marked === undefined) continue;
    const found = new Set<number>();
    findText(parsed(text), marked, found);
    return new Set([...found].map((index) => offsets[index]!));
  }
  return none;
}

/**
 * Finds a tab that would change the structure; -1 without one. The parser ignores tabs as indentation, so that
 * `a:\n\tb: 1` would become two keys of one map. A tab without meaning (in brackets) can be replaced by spaces
 * without changing the document.
 */
export function structuralTab(text: string): number {
  let offset = tabbedLine(text);
  if (offset < 0) return -1;
  const isText = textTabs(text);
  const spaced = (from: number, to: number) =>
    text.slice(0, from) +
    text.slice(from, to).replaceAll(/^( *)\t[ \t]*/gm, (indent, spaces: string, at: number) =>
      isText.has(from + at + spaces.length) ? indent : indent.replaceAll("\t", "        ")) +
    text.slice(to);
  const original = shape(text);
  if (shape(spaced(0, text.length)) === original) return -1;
  for (let spent = text.length; spent < REPARSE_BUDGET && offset >= 0; spent += text.length) {
    const end = text.indexOf("\n", offset);
    if (shape(spaced(offset, end < 0 ? text.length : end)) !== original) break;
    const next = end < 0 ? -1 : tabbedLine(text, end + 1);
    if (next < 0) break;
    offset = next;
  }
  return text.indexOf("\t", offset);
}
