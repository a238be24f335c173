/**
 * Edits top-level keys of YAML files and leaves comments, order and everything else unchanged.
 *
 * @module
 */
import { compareTexts } from "../../base/order.ts";
import { stringify } from "@std/yaml";
import { ConfigError } from "../../base/errors.ts";
import { parseSource, type Source } from "./source.ts";

type Data = Readonly<Record<string, unknown>>;

function dataOf(source: Source): Data {
  const data = source.data ?? {};
  if (typeof data !== "object" || Array.isArray(data)) {
    throw new ConfigError([{ ...source.locate([]), message: "A map is expected here", severity: "error" }]);
  }
  return data as Data;
}

function entry(key: string, value: string): string {
  return stringify({ [key]: value }, { lineWidth: -1 }).trimEnd();
}

/**
 * Returns the first and the last line (exclusive) of a top-level key from 0, without blank lines and comments after
 * it.
 */
export function extent(source: Source, lines: readonly string[], key: string): readonly [number, number] {
  const start = source.locate([key]).line - 1;
  const others = Object.keys(dataOf(source)).map((other) => source.locate([other]).line - 1);
  let end = Math.min(lines.length, ...others.filter((line) => line > start));
  while (end > start + 1 && /^\s*(#.*)?$/.test(lines[end - 1] ?? "")) end--;
  return [start, end];
}

/** Returns the comment at the end of an entry of one line; empty if it has none. */
function trailingComment(line: string, key: string, value: unknown): string {
  for (const match of line.matchAll(/\s+#/g)) {
    try {
      const data = parseSource("", line.slice(0, match.index)).data as Data | null;
      if (data?.[key] === value) return line.slice(match.index);
    } catch {
      // The "#" is inside quotes; the next one can begin the comment.
    }
  }
  return "";
}

/** Returns the edited text if it has the wanted data, otherwise the wanted data as a new text. */
function checked(text: string, wanted: Data): string {
  const sorted = (data: Data) => JSON.stringify(Object.entries(data).sort(([a], [b]) => compareTexts(a, b)));
  try {
    const source = parseSource("", text);
    if (source.issues.length === 0 && sorted(dataOf(source)) === sorted(wanted)) return text;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
  }
  return Object.keys(wanted).length === 0 ? "" : stringify(wanted, { lineWidth: -1 });
}

/** Sets a top-level key to a text. A new key becomes the last. */
export function setKey(file: string, text: string, key: string, value: string): string {
  const source = parseSource(file, text);
  const data = dataOf(source);
  const wanted = { ...data, [key]: value };
  const lines = text.split("\n");
  if (!Object.hasOwn(data, key)) {
    const separator = text === "" || text.endsWith("\n") ? "" : "\n";
    return checked(`${text}${separator}${entry(key, value)}\n`, wanted);
  }
  const [start, end] = extent(source, lines, key);
  const written = entry(key, value);
  const oneLine = end === start + 1 && !written.includes("\n");
  const comment = oneLine ? trailingComment(lines[start] ?? "", key, data[key]) : "";
  const edited = [...lines.slice(0, start), written + comment, ...lines.slice(end)];
  return checked(edited.join("\n"), wanted);
}

/** Removes a top-level key. A text without the key stays unchanged. */
export function removeKey(file: string, text: string, key: string): string {
  const source = parseSource(file, text);
  const data = dataOf(source);
  if (!Object.hasOwn(data, key)) return text;
  const { [key]: _, ...wanted } = data;
  const lines = text.split("\n");
  const [start, end] = extent(source, lines, key);
  return checked([...lines.slice(0, start), ...lines.slice(end)].join("\n"), wanted);
}
