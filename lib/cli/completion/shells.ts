/**
 * The format in which the scripts of the shells send a command line and read candidates.
 *
 * @module
 */
import type { Candidate } from "./sources.ts";
import { bashText, type Line, splitLine } from "./words.ts";

/** A line to complete; the words do not include the program's name. */
export interface AskedLine extends Line {
  /** Words behind the cursor. */
  readonly after: readonly string[];
}

/**
 * Reads the arguments of a shell's script. bash: the line up to the cursor, the line behind it, the characters that
 * break words. zsh and fish: the word at the cursor as it was typed, then the words before it.
 */
export function lineOf(shell: string, given: readonly string[]): AskedLine | undefined {
  if (shell === "bash") {
    const [line = "", behind = "", breaks = ""] = given;
    const { words, current } = splitLine(line, breaks.replaceAll(/["'\s]/g, ""));
    return { words: words.slice(1), current, after: splitLine(`${behind} `, "").words };
  }
  if (shell !== "zsh" && shell !== "fish") return undefined;
  const [typed = "", ...words] = given;
  return { words: words.slice(1), current: splitLine(typed, "").current, after: [] };
}

/** Renders a candidate as the script of a shell reads it. */
export function rendered(
  shell: string,
  { text, help = "", open = false }: Candidate,
  current: Line["current"],
): string {
  // A blank ends the word, except within quotes: bash closes these by itself.
  if (shell === "bash") return `${bashText(text, current)}${open || current.quote !== "" ? "" : " "}\n`;
  const line = help.replaceAll(/\s+/g, " ");
  return shell === "zsh" ? `${open ? "-" : "+"}${text}\t${line}\n` : `${text}${line ? `\t${line}` : ""}\n`;
}
