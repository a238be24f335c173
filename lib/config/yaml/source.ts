/**
 * Parses YAML files: every scalar is its text, anchors and merge keys are resolved, and positions are computed when
 * they are asked for.
 *
 * @module
 */
import { ConfigError, type Issue, type Location } from "../../base/errors.ts";
import { hasMoreValues } from "./bounds.ts";
import { type Position, type Positions, sweep } from "./positions.ts";
import { lineColumns, parseText } from "./text.ts";

/** A path to a value of a file: keys and indices. */
export type Path = readonly (string | number)[];

/** A parsed YAML file. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** Maps, lists, strings, `null`, and a `Uint8Array` for each `!!binary`. */
  readonly data: unknown;
  /** Warnings about the text itself: duplicate keys, further documents. */
  readonly issues: readonly Issue[];
  /** Returns the position of a value (its key, or the list item), or of the nearest parent that has one. */
  locate(path: Path): Location;
}

const NULL = /^(?:~|null|Null|NULL)$/;

/** The text between the beginning of a tag and that of its scalar. */
const TAGGED = /^!!str\s+(?:&\S+\s+)?(?:[|>][-+0-9]*(?:[ \t]+#[^\n]*)?\s+|["'])?$/;

/** Reports whether a scalar passes a test. Nodes that aliases share are visited once. */
function anyScalar(node: unknown, test: (scalar: string) => boolean, seen = new Set<object>()): boolean {
  if (typeof node === "string") return test(node);
  if (typeof node !== "object" || node === null || seen.has(node)) return false;
  seen.add(node);
  return Object.values(node).some((value) => anyScalar(value, test, seen));
}

function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}

/** Resolves nulls, merge keys and binary scalars, which the failsafe schema leaves as text. */
class Resolver {
  readonly issues: { path: Path; message: string; severity: Issue["severity"] }[] = [];
  readonly #text: string;
  readonly #binaries: readonly number[];
  readonly #done = new Map<object, unknown>();

  constructor(text: string, binaries: readonly number[]) {
    this.#text = text;
    this.#binaries = binaries;
  }

  resolve(node: unknown, at: Position | undefined, path: Path): unknown {
    if (typeof node === "string") return this.#scalar(node, at, path);
    if (typeof node !== "object" || node === null) return node;
    const known = this.#done.get(node);
    if (known !== undefined) return known;
    const result = Array.isArray(node)
      ? node.map((item, index) => this.resolve(item, at?.children.get(String(index)), [...path, index]))
      : this.#mapping(node as Record<string, unknown>, at, path);
    this.#done.set(node, result);
    return result;
  }

  #scalar(text: string, at: Position | undefined, path: Path): unknown {
    const start = at?.scalar;
    const before = start === undefined ? "" : this.#text[start - 1];
    if (NULL.test(text)) return before === '"' || before === "'" ? text : null;
    if (start === undefined || this.#binaries.length === 0) return text;
    const tag = this.#lastBinary(start);
    if (tag < 0 || !TAGGED.test(this.#text.slice(tag, start))) return text;
    const bytes = decodeBase64(text);
    if (!bytes) {
      this.issues.push({ path, message: "This !!binary value is not valid base64", severity: "error" });
    }
    return bytes ?? text;
  }

  /** Finds the last tag before an offset by binary search, as there can be thousands; -1 without one. */
  #lastBinary(before: number): number {
    let [low, high] = [0, this.#binaries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#binaries[middle]! < before) low = middle + 1;
      else high = middle;
    }
    return this.#binaries[low - 1] ?? -1;
  }

  #mapping(node: Record<string, unknown>, at: Position | undefined, path: Path): unknown {
    const result: Record<string, unknown> = {};
    const set = (key: string, value: unknown) =>
      Object.defineProperty(result, key, { value, writable: true, enumerable: true, configurable: true });
    for (const [key, value] of Object.entries(node)) {
      if (key === "<<") continue;
      set(key, this.resolve(value, at?.children.get(key), [...path, key]));
    }
    if (Object.hasOwn(node, "<<")) {
      const inner = at?.children.get("<<");
      const merged = this.resolve(node["<<"], inner, [...path, "<<"]);
      for (const source of Array.isArray(merged) ? merged : [merged]) {
        if (typeof source !== "object" || source === null || Array.isArray(source)) {
          const message = 'The merge key "<<" takes an alias of a map, or a list of such aliases';
          this.issues.push({ path: [...path, "<<"], message, severity: "error" });
          continue;
        }
        for (const [key, value] of Object.entries(source)) if (!Object.hasOwn(result, key)) set(key, value);
      }
    }
    return result;
  }
}

/** Finds the offset of a path, or of the longest part of it that is in the file. Keys of `<<` are followed. */
function find(root: Position | undefined, path: Path): number {
  let position = root;
  for (const part of path) {
    const name = String(part);
    const next = position?.children.get(name) ?? merged(position, name);
    if (!next || next.offset < 0) break;
    position = next;
  }
  return Math.max(0, position?.offset ?? 0);
}

function merged(position: Position | undefined, name: string): Position | undefined {
  const merge = position?.children.get("<<");
  if (!merge) return undefined;
  for (
    const map of [
      merge,
      ...[...merge.children].filter(([key]) => /^\d+$/.test(key)).map(([, map]) => map),
    ]
  ) {
    const found = map.children.get(name) ?? merged(map, name);
    if (found) return found;
  }
  return undefined;
}

/** The limits of a file. */
interface Bounds {
  /** The most values; those of aliases count each time. */
  readonly limit?: number;
  /** The most characters. */
  readonly largest?: number;
}

/**
 * Parses the text of a file. A syntax error is a `ConfigError` with file, line and column, and so is a document with
 * more values than `limit`.
 */
export function parseSource(file: string, text: string, bounds: Bounds = {}): Source {
  const { limit = Infinity, largest } = bounds;
  const body = text.startsWith("\ufeff") ? text.slice(1) : text;
  const parsed = parseText(file, body, largest);
  if (hasMoreValues(parsed.data, limit)) {
    throw new ConfigError([{ file, message: `The file has more than ${limit} values`, severity: "error" }]);
  }
  const lineColumn = lineColumns(body);
  let swept: { positions: Positions | undefined } | undefined;
  const positions = () => (swept ??= { positions: sweep(parsed.text) }).positions;
  const locate = (path: Path): Location => ({ file, ...lineColumn(find(positions()?.root, path)) });

  const issues: Issue[] = parsed.warnings.map(({ offset, message }) => ({
    file,
    ...lineColumn(offset),
    message,
    severity: "warning",
  }));
  if (parsed.duplicates) {
    for (const { path, offset } of positions()?.duplicates ?? []) {
      const key = path.join(".");
      const message = `The key "${path.at(-1)}" is a duplicate; the last one counts`;
      issues.push({ file, ...lineColumn(offset), key, message, severity: "warning" });
    }
  }
  const needed = parsed.binaries.length > 0 || anyScalar(parsed.data, (scalar) => NULL.test(scalar));
  const resolver = new Resolver(parsed.text, parsed.binaries);
  const data = resolver.resolve(parsed.data, needed ? positions()?.root : undefined, []);
  for (const { path, message, severity } of resolver.issues) {
    issues.push({ ...locate(path), key: path.join("."), message, severity });
  }
  return { file, text, data, issues, locate };
}
