/**
 * Replaces `${NAME}` by values, as compose does.
 *
 * @module
 */

/** Returns the value of a name; `undefined` where it has none. */
export type Lookup = (name: string) => string | undefined;

/** The forms that are replaced: all those of compose, or only names in braces, for texts in which `$` is common. */
export type Form = "all" | "braced";

/** A text with its values, and its problems. */
export interface Interpolated {
  readonly text: string;
  /** Sentences that name no value. */
  readonly problems: readonly string[];
  /** The names whose values were asked for. */
  readonly used: readonly string[];
  /** The names after a dollar sign that were not replaced, because they are not in braces. */
  readonly bare: readonly string[];
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /:?[-+?]/y;

/** The deepest nesting of defaults; a file has no use for more. */
const DEEPEST = 50;

/** The state of one replacement. */
interface Work {
  readonly lookup: Lookup;
  readonly form: Form;
  readonly problems: string[];
  readonly used: string[];
  readonly bare: string[];
}

/**
 * Replaces names in a text: `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?error}`, `${NAME?error}`,
 * `${NAME:+other}`, `${NAME+other}`, and in the form `all` also `$NAME`. `$$` is a dollar sign. A name without a value
 * is a problem, unlike in compose. Values are not looked into.
 */
export function interpolate(text: string, lookup: Lookup, form: Form = "all"): Interpolated {
  const work: Work = { lookup, form, problems: [], used: [], bare: [] };
  const result = replace(text, work, 0);
  return { text: result, problems: work.problems, used: work.used, bare: work.bare };
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function replace(text: string, work: Work, depth: number): string {
  let result = "";
  let at = 0;
  while (true) {
    const dollar = text.indexOf("$", at);
    if (dollar < 0) return result + text.slice(at);
    result += text.slice(at, dollar);
    const next = text[dollar + 1];
    if (next === "$") {
      result += "$";
      at = dollar + 2;
    } else if (next === "{") {
      const end = closing(text, dollar + 1);
      result += end < 0 ? unclosed(text, dollar, work) : braced(text.slice(dollar + 2, end), work, depth);
      at = end < 0 ? text.length : end + 1;
    } else {
      const name = match(NAME, text, dollar + 1);
      if (name === undefined || work.form === "braced") {
        if (name !== undefined) work.bare.push(name);
        result += "$";
        at = dollar + 1;
      } else {
        result += valueOf(name, work) ?? "";
        at = dollar + 1 + name.length;
      }
    }
  }
}

/** Finds the brace that closes another; the last one of the text where none is the right one, as compose does. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  const last = text.lastIndexOf("}");
  return last > open ? last : -1;
}

function unclosed(text: string, at: number, work: Work): string {
  work.problems.push(
    `"\${" has no closing brace: write $$ for a dollar sign that is to stay (character ${at + 1})`,
  );
  return text.slice(at);
}

function braced(inner: string, work: Work, depth: number): string {
  const name = match(NAME, inner, 0);
  const operator = name === undefined ? undefined : match(OPERATOR, inner, name.length);
  if (name === undefined || (operator === undefined && inner.length > name.length)) {
    // It may be a part of a secret, and is not shown.
    work.problems.push(
      'What is between "${" and "}" is not NAME, NAME:-DEFAULT, NAME:?ERROR or NAME:+OTHER; write $$ for a dollar sign ' +
        "that is to stay",
    );
    return "";
  }
  if (operator === undefined) return valueOf(name, work) ?? "";
  if (depth >= DEEPEST) {
    work.problems.push(`Defaults are nested more than ${DEEPEST} times`);
    return "";
  }
  const rest = inner.slice(name.length + operator.length);
  work.used.push(name);
  const value = work.lookup(name);
  const isGiven = value !== undefined && (operator[0] !== ":" || value !== "");
  switch (operator.at(-1)) {
    case "-":
      return isGiven ? value : replace(rest, work, depth + 1);
    case "+":
      return isGiven ? replace(rest, work, depth + 1) : "";
    default:
      if (isGiven) return value;
      work.problems.push(required(name, value, rest));
      return "";
  }
}

function required(name: string, value: string | undefined, reason: string): string {
  const state = value === undefined ? "has no value" : "is empty";
  return `"${name}" ${state}${reason === "" ? "" : `: ${reason}`}`;
}

function valueOf(name: string, work: Work): string | undefined {
  work.used.push(name);
  const value = work.lookup(name);
  if (value === undefined) {
    work.problems.push(
      `"${name}" has no value: set it in .env or "environment", or write \${${name}:-DEFAULT}`,
    );
  }
  return value;
}
