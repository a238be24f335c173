/**
 * Words of a command line that is being typed, as shells quote them.
 *
 * @module
 */

/** The word at the cursor, up to the cursor. */
export interface Current {
  /** The word without quotes and backslashes. */
  readonly text: string;
  /** The quote that is open at the cursor. */
  readonly quote: "" | "'" | '"';
  /** The length of the part of `text` that the shell keeps: up to its last break character, or to the open quote. */
  readonly kept: number;
}

/** The words of a line up to the cursor. */
export interface Line {
  /** The words before the current one. */
  readonly words: readonly string[];
  readonly current: Current;
}

/** Characters that end a word. */
const BLANKS = " \t\n";

/** Splits a line at blanks, as a shell does; `breaks` are the characters at which the shell breaks a word to complete it. */
export function splitLine(line: string, breaks: string): Line {
  const words: string[] = [];
  let text = "";
  let kept = 0;
  let keptOutside = 0;
  let quote: Current["quote"] = "";
  let inWord = false;
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (quote === "" && BLANKS.includes(char)) {
      if (inWord) words.push(text);
      [text, kept, inWord] = ["", 0, false];
      continue;
    }
    inWord = true;
    if (quote !== "" && char === quote) [quote, kept] = ["", keptOutside];
    else if (quote === "" && (char === "'" || char === '"')) {
      [quote, keptOutside, kept] = [char, kept, text.length];
    } else if (char === "\\" && quote !== "'" && at + 1 < line.length) {
      const next = line[++at]!;
      text += quote === "" || '"\\$`'.includes(next) ? next : char + next;
    } else {
      text += char;
      if (quote === "" && breaks.includes(char)) kept = text.length;
    }
  }
  return { words, current: { text, quote, kept } };
}

/** Returns what bash is to insert for a value of the current word, in the quotes that are open. */
export function bashText(value: string, { quote, kept }: Current): string {
  const rest = value.slice(kept);
  if (quote === "'") return rest.replaceAll("'", "'\\''");
  if (quote === '"') return rest.replaceAll(/["\\$`!]/g, (char) => char === "!" ? '"\\!"' : `\\${char}`);
  const home = kept === 0 && rest.startsWith("~/") ? "~/" : "";
  return home + rest.slice(home.length).replaceAll(/[^\w@%+=:,./\u0080-\uffff-]/g, (char) => `\\${char}`);
}
