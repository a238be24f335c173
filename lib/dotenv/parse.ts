/**
 * Parses `.env` files by the rules of compose. Text that compose accepts and no author means is an error: a name
 * without a value, text behind a closing quote.
 *
 * @module
 */
import type { Issue } from "../base/errors.ts";
import { bashHabit, noAssignment } from "./habits.ts";
import { interpolate, type Lookup } from "./interpolate.ts";

/** A parsed file. */
export interface Dotenv {
  /** The values by name, in the order of the file. A name that begins with a digit is left out. */
  readonly values: ReadonlyMap<string, string>;
  /** The lines of the names. */
  readonly lines: ReadonlyMap<string, number>;
  /** Errors and warnings; none has a value in it. */
  readonly issues: readonly Issue[];
}

/** The most characters of a file. */
const LARGEST = 2 ** 20;

/** The most names of a file. */
const MOST = 10_000;

/** White space within a line: that of Go's `unicode.IsSpace`, as compose has it. */
const BLANK = "[\\t\\v\\f\\r \\u0085\\u00a0]";
const LEADING = new RegExp(`^${BLANK}+`);
const TRAILING = new RegExp(`(?:${BLANK}|[\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000])+$`);
const EXPORT = new RegExp(`^export${BLANK}+`);
const STRANGE = /[^\p{L}\p{N}_.\-[\]]/u;

/**
 * Parses a file. `lookup` has the values of the environment, which win over those of earlier lines, and `earlier` those
 * of files before this one, which do not.
 */
export function parseDotenv(
  file: string,
  text: string,
  lookup: Lookup = () => undefined,
  earlier: Lookup = () => undefined,
): Dotenv {
  return new Parser(file, text, (name, own) => lookup(name) ?? own ?? earlier(name)).parse();
}

class Parser {
  readonly #values = new Map<string, string>();
  readonly #lines = new Map<string, number>();
  readonly #issues: Issue[] = [];
  readonly #file: string;
  readonly #lookup: Lookup;
  #rest: string;
  #line = 1;

  constructor(file: string, text: string, lookup: (name: string, own?: string) => string | undefined) {
    this.#file = file;
    this.#rest = text.startsWith("\ufeff") ? text.slice(1) : text;
    this.#lookup = (name) => lookup(name, this.#values.get(name));
  }

  parse(): Dotenv {
    if (this.#rest.length > LARGEST) {
      this.#rest = "";
      this.#issues.push({ file: this.#file, message: "The file is larger than 1 MiB", severity: "error" });
    }
    while (this.#rest !== "") {
      this.#statement();
      if (this.#values.size <= MOST) continue;
      this.#say(this.#line, `The file has more than ${MOST} names`);
      break;
    }
    return { values: this.#values, lines: this.#lines, issues: this.#issues };
  }

  #say(line: number, message: string, severity: Issue["severity"] = "error"): void {
    this.#issues.push({ file: this.#file, line, column: 1, message, severity });
  }

  /** Takes the rest of the line, without its end. */
  #takeLine(): string {
    const end = this.#rest.indexOf("\n");
    const line = end < 0 ? this.#rest : this.#rest.slice(0, end);
    this.#rest = end < 0 ? "" : this.#rest.slice(end + 1);
    this.#line++;
    return line;
  }

  #statement(): void {
    const line = this.#line;
    const start = this.#rest.length;
    const whole = this.#takeLine();
    const trimmed = whole.replace(LEADING, "").replace(TRAILING, "");
    if (trimmed === "" || trimmed.startsWith("#")) return;
    const body = whole.replace(LEADING, "").replace(EXPORT, "");
    const end = body.search(/[=:]/);
    const name = (end < 0 ? body : body.slice(0, end)).replace(TRAILING, "");
    const problem = nameProblem(name, whole);
    if (problem !== undefined) return this.#say(line, problem);
    this.#lines.set(name, line);
    if (end < 0) return this.#set(name, this.#lookup(name));
    const value = body.slice(end + 1).replace(LEADING, "");
    const quote = value[0];
    if (quote !== "'" && quote !== '"') return this.#set(name, this.#unquoted(name, value, line));
    const isLast = start === whole.length;
    const text = isLast || closes(value, quote) ? value : `${value}\n${this.#rest}`;
    this.#set(name, this.#quoted(name, quote, text, line));
  }

  #set(name: string, value: string | undefined): void {
    if (value === undefined || /^\d/.test(name)) return;
    if (value.includes("\0")) return this.#say(this.#line - 1, `The value of "${name}" has a NUL character`);
    // A name that comes again has the place of its last line.
    this.#values.delete(name);
    this.#values.set(name, value);
  }

  #unquoted(name: string, text: string, line: number): string {
    const comment = text.indexOf(" #");
    const value = (comment < 0 ? text : text.slice(0, comment)).replace(TRAILING, "");
    this.#warnOfBash(name, value, line, false);
    return this.#expand(name, value, line);
  }

  /** Reads a quoted value, of which `text` has all that follows, and takes its lines. */
  #quoted(name: string, quote: string, text: string, line: number): string | undefined {
    let value = "";
    let at = 1;
    while (at < text.length && text[at] !== quote) {
      if (text[at] === "\\" && at + 1 < text.length) {
        value += text[at + 1] === quote ? quote : text.slice(at, at + 2);
        at += 2;
      } else value += text[at++];
    }
    if (at >= text.length) {
      this.#say(line, `The value of "${name}" has no closing ${quote}`);
      this.#rest = "";
      return undefined;
    }
    const after = text.slice(at + 1);
    const end = after.indexOf("\n");
    const behind = (end < 0 ? after : after.slice(0, end)).replace(LEADING, "").replace(TRAILING, "");
    const [first = ""] = text.split("\n", 1);
    if (at > first.length) {
      this.#line += text.slice(first.length + 1, at).split("\n").length;
      this.#rest = end < 0 ? "" : after.slice(end + 1);
    }
    if (behind !== "" && !behind.startsWith("#")) {
      this.#say(line, `The value of "${name}" has text behind its closing ${quote}, which would be lost`);
      return undefined;
    }
    if (quote === "'") return value;
    this.#warnOfBash(name, value, line, true);
    return this.#expand(name, unescape(value), line);
  }

  #expand(name: string, text: string, line: number): string {
    const { text: value, problems } = interpolate(text, this.#lookup);
    for (const problem of problems) this.#say(line, `The value of "${name}": ${problem}`);
    return value;
  }

  #warnOfBash(name: string, value: string, line: number, isQuoted: boolean): void {
    const habit = bashHabit(value, isQuoted);
    if (habit !== undefined) this.#say(line, `The value of "${name}" ${habit}`, "warning");
  }
}

/** Tells whether a quoted value ends in its first line. */
function closes(text: string, quote: string): boolean {
  for (let at = 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) return true;
  }
  return false;
}

/** Returns the problem of a name, or of a line that is no assignment at all. */
function nameProblem(name: string, line: string): string | undefined {
  const shell = noAssignment(line);
  if (shell !== undefined) return shell;
  if (name === "") return "A name is expected before the equals sign";
  if (new RegExp(BLANK).test(name)) {
    return "A name has no blanks: a line is NAME=VALUE";
  }
  const found = STRANGE.exec(name)?.[0];
  // The text before the sign may be a part of a secret.
  return found === undefined ? undefined : `The character ${JSON.stringify(found)} cannot be in a name`;
}

const ESCAPE = /\\(?:([abcfnrtv$"\\])|0(\d{0,3}))/g;

const CHARACTERS: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  '"': '"',
  "\\": "\\",
  // It stays a dollar sign when names are replaced afterwards.
  $: "$$",
};

/** Replaces the escapes of a text in double quotes; others stay. */
function unescape(text: string): string {
  return text.replaceAll(ESCAPE, (whole, letter?: string, octal?: string) => {
    if (letter !== undefined) return CHARACTERS[letter] ?? whole;
    return /^[0-3][0-7]{2}$/.test(octal ?? "") ? String.fromCharCode(parseInt(octal!, 8)) : whole;
  });
}
