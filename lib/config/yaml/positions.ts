/**
 * Finds the positions of keys and items with the YAML parser itself: a code of its offset is inserted before each
 * word, the coded text is parsed, and the codes in keys and scalars give their positions. So there is no second
 * grammar that could differ from the parser's.
 *
 * @module
 */
import { parse } from "@std/yaml";

/** The place of a node in a file; offsets count from 0. */
export interface Position {
  /** The key, or the item's first word. */
  readonly offset: number;
  /** The first word of a scalar; absent if it has none, as in `""`. */
  readonly scalar?: number;
  readonly children: ReadonlyMap<string, Position>;
}

/** A key that its map has more than once. */
export interface DuplicateKey {
  readonly path: readonly string[];
  readonly offset: number;
}

/** The positions of a text. */
export interface Positions {
  readonly root: Position;
  readonly duplicates: readonly DuplicateKey[];
}

/** The most duplicate keys of a file that are reported. */
const MOST_DUPLICATES = 50;

/** The lengths of codes: enough for usual texts, and one more for those with a program in them. */
const DIGITS = [4, 5] as const;
const BASES = [0xe000, 0xe100, 0xf000] as const;

// Tokens without a code (directives, markers, tags, anchors, aliases, block headers, escapes), or a word.
const TOKENS =
  /^%.*$|^(?:---|\.\.\.)(?=\s|$)|!<[^>\s]*>|[!&*][^\s,[\]{}]*|[|>][-+0-9]*|\\[^\s"']*|[^\s\-?:,[\]{}#&*!|>'"%@`\\]+/gm;
const WORD = /^[^\s\-?:,[\]{}#&*!|>'"%@`\\]/;

/** A coder that writes codes into a text, and reads them from parsed scalars. */
class Coder {
  readonly #base: number;
  readonly #digits: number;
  readonly #code: RegExp;

  constructor(base: number, digits: number) {
    this.#base = base;
    this.#digits = digits;
    this.#code = new RegExp(
      `[${String.fromCharCode(base)}-${String.fromCharCode(base + 63)}]{${digits}}`,
      "g",
    );
  }

  #codeOf(offset: number): string {
    let code = "";
    for (let digit = 0; digit < this.#digits; digit++) {
      code += String.fromCharCode(this.#base + ((offset >> (6 * digit)) & 63));
    }
    return code;
  }

  #offsetOf(text: string, at: number): number {
    let offset = 0;
    for (let digit = 0; digit < this.#digits; digit++) {
      offset |= (text.charCodeAt(at + digit) - this.#base) << (6 * digit);
    }
    return offset;
  }

  encode(text: string): string {
    return text.replace(TOKENS, (token, offset: number) => {
      const marker = (token === "---" || token === "...") &&
        (offset === 0 || /[\r\n]/.test(text[offset - 1] ?? ""));
      return WORD.test(token) && !marker ? this.#codeOf(offset) + token : token;
    });
  }

  strip(scalar: string): string {
    return scalar.replace(this.#code, "");
  }

  /** Returns the offset of the scalar's first character; -1 if it has no word. */
  offset(scalar: string): number {
    const at = scalar.search(this.#code);
    return at < 0 ? -1 : Math.max(0, this.#offsetOf(scalar, at) - at);
  }
}

function coderFor(text: string): Coder | undefined {
  const base = BASES.find((base) =>
    !new RegExp(`[${String.fromCharCode(base)}-${String.fromCharCode(base + 63)}]`).test(text)
  );
  const digits = DIGITS.find((count) => text.length < 64 ** count);
  return base === undefined || digits === undefined ? undefined : new Coder(base, digits);
}

/** Finds the positions of all keys and items of a text; returns `undefined` if it cannot. */
export function sweep(text: string): Positions | undefined {
  const coder = coderFor(text);
  if (!coder) return undefined;
  let tree: unknown;
  try {
    tree = parse(coder.encode(text), { schema: "failsafe", allowDuplicateKeys: true });
  } catch {
    return undefined; // The caller does without positions; what is wrong with the text itself it already knows.
  }
  const seen = new Map<object, Position>();
  const duplicates: DuplicateKey[] = [];

  /** Returns the offset of a word, or of the quote before it. */
  const shown = (at: number) => /["']/.test(text[at - 1] ?? "") ? at - 1 : at;

  function scalar(value: string, offset: number | undefined): Position {
    const at = coder!.offset(value);
    if (at < 0) return { offset: offset ?? -1, children: new Map() };
    return { offset: offset ?? shown(at), scalar: at, children: new Map() };
  }

  function visit(node: unknown, path: readonly string[], offset?: number): Position {
    if (typeof node === "string") return scalar(node, offset);
    if (typeof node !== "object" || node === null) return { offset: offset ?? -1, children: new Map() };
    const known = seen.get(node);
    if (known) return offset === undefined ? known : { ...known, offset };
    const children = new Map<string, Position>();
    seen.set(node, { offset: offset ?? -1, children });
    let first = -1;
    let last = offset ?? -1;
    for (const [key, value] of Object.entries(node)) {
      const name = Array.isArray(node) ? key : coder!.strip(key);
      const keyOffset = Array.isArray(node) ? undefined : shown(coder!.offset(key));
      const inner = [...path, name];
      if (children.has(name) && duplicates.length < MOST_DUPLICATES) {
        duplicates.push({ path: inner, offset: keyOffset ?? -1 });
      }
      let child = visit(value, inner, keyOffset !== undefined && keyOffset >= 0 ? keyOffset : undefined);
      if (child.offset < 0) child = { ...child, offset: last };
      else last = child.offset;
      if (first < 0) first = child.offset;
      children.set(name, child);
    }
    const position = { offset: offset ?? first, children };
    seen.set(node, position);
    return position;
  }

  const root = visit(tree, []);
  return { root: { ...root, offset: 0 }, duplicates };
}
