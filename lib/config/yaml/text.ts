/**
 * Parses text to untyped data: the parser of the standard library, adapted to the habits of real files.
 *
 * @module
 */
import { parse, YamlSyntaxError } from "@std/yaml";
import { ConfigError } from "../../base/errors.ts";
import { excess } from "./bounds.ts";
import { structuralTab, tabbedLine } from "./tabs.ts";

/** A problem at an offset of the text. */
export interface TextProblem {
  readonly offset: number;
  readonly message: string;
}

/** The first document of a text. */
export interface ParsedText {
  /** The content; every scalar is its text. */
  readonly data: unknown;
  /** The text that was parsed: without further documents and unknown tags, at the same offsets. */
  readonly text: string;
  /** Offsets of `!!binary` tags. */
  readonly binaries: readonly number[];
  /** Some map has a key twice. */
  readonly duplicates: boolean;
  readonly warnings: readonly TextProblem[];
}

/** A function that returns line and column, from 1, of an offset. */
export type LineColumn = (offset: number) => { readonly line: number; readonly column: number };

/** Returns a function that turns offsets of a text into lines and columns. */
export function lineColumns(text: string): LineColumn {
  let starts: number[] | undefined;
  return (offset) => {
    if (!starts) {
      starts = [0];
      for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
    }
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.max(0, offset) - (starts[low] ?? 0) + 1 };
  };
}

/** The most characters that are parsed again because of tags, in all attempts of a file. */
const REPARSE_BUDGET = 20_000_000;

/** The most characters of a configuration. */
export const LARGEST = 4 * 2 ** 20;

const OPTIONS = { schema: "failsafe" } as const;

const CLEARER: readonly (readonly [RegExp, string])[] = [
  [
    /end of the stream or a document separator|bad indentation/,
    "this line does not fit the structure above it (look at its " +
    "indentation, and for a missing colon, dash or quote above)",
  ],
  [
    /explicit mapping pair is incomplete|implicit mapping pair|a colon is missed|block mapping.*colon|multiline key/,
    "a key and a colon were expected, or text with a colon needs quotes",
  ],
  [
    /unexpected end of the (stream|document)/i,
    "a bracket or a quote is opened and never closed",
  ],
  [/missing comma/, "a comma or a closing bracket is missing before this"],
  [/unidentified alias/, "an alias (*name) refers to an anchor (&name) that no line above it defines"],
  [/non-printable/, "a control character is not allowed in YAML text"],
];

function explain(error: YamlSyntaxError): string {
  const message = error.message.split(" at line ")[0] ?? error.message;
  const clearer = CLEARER.find(([pattern]) => pattern.test(message));
  const detail = message.replace(/^Cannot [^:]*: /, "");
  return `Invalid YAML: ${clearer ? clearer[1] : detail}`;
}

function fail(file: string, text: string, offset: number, message: string): never {
  throw new ConfigError([{ file, ...lineColumns(text)(offset), message, severity: "error" }]);
}

function blank(text: string, from: number, to: number, by = ""): string {
  return text.slice(0, from) + by.padEnd(to - from) + text.slice(to);
}

const BINARY = "!!binary";

/** Reports whether a text of a document contains another. Nodes that aliases share are visited once. */
function hasText(node: unknown, part: string, seen = new Set<object>()): boolean {
  if (typeof node === "string") return node.includes(part);
  if (typeof node !== "object" || node === null || seen.has(node)) return false;
  seen.add(node);
  return Object.entries(node).some(([key, value]) => key.includes(part) || hasText(value, part, seen));
}

/**
 * Turns all `!!binary` values into text at once: a file can have hundreds of them, and each would restart the parser.
 * Returns `undefined` if a text looks like the tag; the tags are then replaced one by one.
 */
function withoutBinary(
  text: string,
): { readonly text: string; readonly tags: readonly number[] } | undefined {
  const tags: number[] = [];
  const changed = text.replaceAll(/!!binary(?=[ \r\n])/g, (tag, at: number) => {
    tags.push(at);
    return "!!str".padEnd(tag.length);
  });
  try {
    const data = parse(changed, { ...OPTIONS, allowDuplicateKeys: true });
    return hasText(data, "!!str") || hasText(data, BINARY) ? undefined : { text: changed, tags };
  } catch {
    return undefined;
  }
}

/** Finds the place and spelling of a tag that the parser rejected. */
function lastTag(
  text: string,
  tag: string,
  before: number,
): { readonly at: number; readonly written: string } {
  const short = tag.replace(/^tag:yaml\.org,2002:/, "!!");
  const forms = [`!<${tag}>`, ...(short.startsWith("!") ? [short] : [])];
  const found = forms.map((written) => ({ at: text.lastIndexOf(written, before), written }));
  return found.reduce((last, form) => form.at > last.at ? form : last, { at: -1, written: "" });
}

const TAB = "Indentation has a tab; YAML wants spaces";

/** Refuses tabs that would change the structure. */
function refuseTabs(file: string, text: string): void {
  const tab = structuralTab(text);
  if (tab >= 0) fail(file, text, tab, TAB);
}

function syntaxError(file: string, text: string, error: YamlSyntaxError): never {
  const start = text.lastIndexOf("\n", Math.max(0, error.offset - 1)) + 1;
  const before = text.lastIndexOf("\n", Math.max(0, start - 2)) + 1;
  for (const line of [start, before]) {
    const tab = tabbedLine(text, line);
    if (tab === line) fail(file, text, text.indexOf("\t", tab), TAB);
  }
  fail(file, text, Math.min(error.offset, text.length), explain(error));
}

/** Parses the first document of a text without a byte order mark. A `ConfigError` has the errors. */
export function parseText(file: string, original: string, largest = LARGEST): ParsedText {
  if (original.length > largest) {
    throw new ConfigError([{
      file,
      message: `The file is larger than ${largest >> 20} MiB`,
      severity: "error",
    }]);
  }
  const nul = original.indexOf("\0");
  if (nul >= 0) fail(file, original, nul, "Invalid YAML: a NUL character is not allowed");
  let text = original;
  let duplicates = false;
  let spent = 0;
  const binaries: number[] = [];
  const warnings: TextProblem[] = [];
  while (true) {
    try {
      const data = parse(text, { ...OPTIONS, allowDuplicateKeys: duplicates });
      const problem = excess(data);
      if (problem !== undefined) fail(file, text, 0, `Invalid YAML: ${problem}`);
      refuseTabs(file, text);
      return { data, text, binaries, duplicates, warnings };
    } catch (error) {
      if (error instanceof RangeError) fail(file, text, 0, "Invalid YAML: nested too deeply");
      if (!(error instanceof YamlSyntaxError)) throw error;
      spent += text.length;
      if (error.message.includes("duplicated key") && !duplicates) {
        duplicates = true;
      } else if (error.message.startsWith("Found more than 1 document")) {
        warnings.push({ offset: error.offset, message: "Further documents in this file are ignored" });
        text = text.slice(0, error.offset);
      } else if (error.message.startsWith("Cannot resolve unknown tag")) {
        const tag = /unknown tag !<(.*)> at line/.exec(error.message)?.[1] ?? "";
        const { at, written } = lastTag(text, tag, error.offset);
        const all = written === BINARY ? withoutBinary(text) : undefined;
        if (all) {
          binaries.push(...all.tags);
          text = all.text;
          continue;
        }
        if (at < 0 || spent > REPARSE_BUDGET) fail(file, text, error.offset, `Unknown YAML tag "${tag}"`);
        const binary = written === BINARY;
        if (binary) binaries.push(at);
        text = blank(text, at, at + written.length, binary ? "!!str" : "");
      } else {
        syntaxError(file, text, error);
      }
    }
  }
}
