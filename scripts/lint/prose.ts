/**
 * Finds sentences that read like riddles: doc comments that begin with a question word, and words that this project
 * does not use. `deno task prose` lists its findings, as a help for writers.
 *
 * @module
 */
import type { Finding } from "./files.ts";

/** Words that no doc comment begins with: a function's begins with a verb, a type's or a constant's with a noun. */
const OPENINGS =
  /^(?:What|Whether|Who|Whose|Whom|Where|How|As|By|That|Those|This|These|There|One|Of|In|If|When|Why|Which|From|For|With|Not|Says|Tells what|Gives what)\b/;

/** Phrases with a plainer word, as `[phrase, better]`. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:a|the) person\b|\bpeople\b/i, "user"],
  [/\b(?:whoever|somebody|nobody|anybody)\b/i, "name the user, the process or the instance"],
  [/\bamid\b/i, "during"],
  [/\bin so many words\b/i, "explicitly"],
  [/\b(?:is|was|are|were|be|been) told\b/i, "name who tells what: a flag, the caller"],
  [/\bleft away\b/i, "removed"],
  [/\bwhat (?:is|was|are) (?:there|not there)\b/i, "existing, missing"],
  [/\b(?:is|are) (?:no|not) (?:there|had)\b/i, "does not exist"],
  [/\bas it is\b|\bas they are\b/i, "unchanged"],
  [/\bof such\b|\bsuch a one\b/i, "name the thing"],
  [/\bcomes? to (?:the same|what)\b/i, "gives the same result"],
  [/\bof its own accord\b|\bfor ever\b/i, "forever, by itself"],
  [/\bis about\b|\bare about\b/i, "concerns, describes"],
  [/\btakes? (?:the )?place\b/i, "replaces"],
  [/\bis made of\b|\bare made of\b/i, "consists of, is built from"],
  [/\bhave? of (?:its|their) own\b/i, "its own"],
  [/\bthat one\b|\bthe latter\b|\bthe former\b/i, "name it"],
  [/\bgoes on with\b/i, "continues with"],
  [/\bcannot be had\b/i, "is not available"],
  [/\bthe way (?:to|of|there)\b/i, "path, address, connection"],
];

/** Lists the doc comments and comments of one module that need better words. */
export function proseFindings(file: string, text: string): readonly Finding[] {
  const findings: Finding[] = [];
  const add = (index: number, message: string) =>
    findings.push({ file, line: text.slice(0, index).split("\n").length, rule: "prose", message });
  for (const { index, 1: body = "" } of text.matchAll(/\/\*\*([\s\S]*?)\*\//g)) {
    const sentence = body.replaceAll(/\n\s*\* ?/g, " ").replaceAll(/^[\s*]+/g, "").trim();
    const [opening] = OPENINGS.exec(sentence) ?? [];
    if (opening) add(index, `a doc comment begins with "${opening}": ${sentence.slice(0, 60)}`);
    phrases(sentence, (message) => add(index, message));
  }
  for (const { index, 1: body = "" } of text.matchAll(/^\s*\/\/ (.*)$/gm)) {
    phrases(body, (message) => add(index + 1, message));
  }
  return findings;
}

function phrases(sentence: string, add: (message: string) => void): void {
  for (const [phrase, better] of PHRASES) {
    const [found] = phrase.exec(sentence) ?? [];
    if (found) add(`"${found}" (${better}): ${sentence.slice(0, 80)}`);
  }
}
