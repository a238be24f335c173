/**
 * Tabs at the beginning of lines: which of them decide about a document's structure.
 *
 * @module
 */
import { parse } from "@std/yaml";
import { excess } from "./bounds.ts";

const OPTIONS = { schema: "failsafe", allowDuplicateKeys: true } as const;

/** Characters that may be parsed again for the sake of tabs, all attempts of a file together. */
const REPARSE_BUDGET = 20_000_000;

/** Offset of a line whose leading white space has a tab and is neither empty nor a comment; -1 without one. */
export function tabbedLine(text: string, from = 0): number {
  const pattern = /^[ ]*\t[ \t]*(?=[^\s#])/gm;
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? -1;
}

/** Parsed data within the bounds of documents; `undefined` where the text is no such document. */
function parsed(text: string): unknown {
  try {
    const data = parse(text, OPTIONS);
    return excess(data) === undefined ? data : undefined;
  } catch {
    return undefined;
  }
}

/** The document's shape and texts without white space, for comparing. */
function shape(text: string): string | undefined {
  const data = parsed(text);
  return data === undefined ? undefined : JSON.stringify(data).replaceAll(/\\[nt]|\s/g, "");
}

/** Stands for tabs; a text that has the character is left to the other ways of telling. */
const MARK = "\uf8f0";

/**
 * Finds tabs that are text, as in a block of a Makefile: a character of any kind that takes a tab's place appears
 * in the text that the tab is in. Where the tab is white space of the structure, the parser drops it.
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

/** Offsets of the tabs that begin a line, after spaces or none, and are text there. */
function textTabs(text: string): ReadonlySet<number> {
  const none = new Set<number>();
  if (text.includes(MARK)) return none;
  // A comment that is indented with a tab is none any more with another character: so it is tried without them, too.
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
 * Offset of a tab that decides about the structure; -1 without one. The parser takes a tab as no indentation at
 * all, so `a:\n\tb: 1` would silently become two keys side by side. A tab that means nothing (in brackets) leaves
 * the document the same when it is replaced by spaces.
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
