/**
 * Hides the values of secret settings in everything that lxops writes.
 *
 * @module
 */
import { MASK, maskAddresses } from "../../base/mask.ts";
import { quote } from "../../base/shell.ts";

/** Words that say nothing about a secret, and that texts are full of. */
const WORDS: ReadonlySet<string> = new Set(["true", "false", "yes", "no", "on", "off"]);

/** The fewest characters of a value that is hidden: shorter ones are in every text. */
const FEWEST = 3;

/**
 * The fewest characters of a value that is hidden anywhere. Shorter ones, such as `/bin` or `web`, are parts of paths
 * and names that have nothing to do with them.
 */
const ANYWHERE = 8;

/** A character of words, names and paths; a dot between two of them counts, too. */
const PART = "[\\p{L}\\p{N}_/-]";

/** Values that are not to be shown. It is empty until settings are read. */
export class Hidden {
  readonly #values = new Set<string>();
  readonly #shown = new Set<string>();
  #pattern: RegExp | undefined;

  /** Adds values, which no text has from now on. */
  add(values: Iterable<string>): void {
    for (const value of values) {
      for (const one of [value, ...value.split(/\r?\n/)]) {
        if (one.trim().length < FEWEST || WORDS.has(one.toLowerCase())) continue;
        for (const form of formsOf(one)) this.#values.add(form);
      }
    }
    this.#compile();
  }

  /** Lets names be shown also where a value is the same: results would lack them, and they are no secret. */
  show(names: Iterable<string>): void {
    for (const name of names) this.#shown.add(name);
    this.#compile();
  }

  #compile(): void {
    const longest = [...this.#values].filter((one) => !this.#shown.has(one)).sort((a, b) =>
      b.length - a.length
    );
    this.#pattern = longest.length === 0 ? undefined : new RegExp(longest.map(patternOf).join("|"), "gu");
  }

  /** Tells whether there is any value. */
  get some(): boolean {
    return this.#pattern !== undefined;
  }

  /** Returns a text without the values. Results keep their addresses, which are data. */
  readonly maskValues = (text: string): string =>
    this.#pattern === undefined ? text : text.replaceAll(this.#pattern, MASK);

  /** Returns a message without the values, and without passwords and tokens in addresses. */
  readonly mask = (text: string): string => maskAddresses(this.maskValues(text));

  /** Returns a function that writes messages without the values, and without passwords and tokens in addresses. */
  through(write: (text: string) => void): (text: string) => void {
    return (text) => write(this.mask(text));
  }
}

/** Returns the forms that a value has in plain text, JSON, YAML and words of the shell. */
function formsOf(value: string): readonly string[] {
  const inJson = JSON.stringify(value).slice(1, -1);
  const unquoted = (text: string) => {
    const word = quote(text);
    return word.startsWith("'") && word.endsWith("'") ? word.slice(1, -1) : word;
  };
  return [value, inJson, unquoted(value), unquoted(inJson), value.replaceAll("'", "''")];
}

function patternOf(value: string): string {
  const escaped = value.replaceAll(/[\\^$.*+?()[\]{}|]/g, (found) => `\\${found}`);
  return value.length >= ANYWHERE ? escaped : `(?<!${PART}|${PART}\\.)${escaped}(?!${PART}|\\.${PART})`;
}
