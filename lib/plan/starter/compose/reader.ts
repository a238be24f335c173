/**
 * Reads the keys of a service of a compose file, and notes those that are left out.
 *
 * @module
 */
import type { Path, Source } from "../../../config/yaml/source.ts";
import { interpolate, type Lookup } from "../../../dotenv/interpolate.ts";
import type { Remark } from "../starter.ts";

/** A map of a compose file. */
export type YamlMap = Readonly<Record<string, unknown>>;

/** Tells whether a value of a file is a map. */
export function isMap(value: unknown): value is YamlMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Uint8Array);
}

/** A text of a compose file: in the form for lxops, and with the values that compose would give it. */
export interface Filled {
  readonly written: string;
  readonly value: string;
  /** It uses no names. */
  readonly isPlain: boolean;
}

/** The most remarks about one service. */
const MOST_REMARKS = 100;

/** The longest text that is taken over. */
const LONGEST = 10_000;

/** A reader of the keys of a service, each once. */
export class ServiceReader {
  readonly remarks: Remark[] = [];
  /** Names that are used and have no value. */
  readonly unset = new Set<string>();
  /** Names that are used, with their values. */
  readonly used = new Map<string, string>();
  readonly #source: Source;
  readonly #path: Path;
  readonly #data: YamlMap;
  readonly #lookup: Lookup;
  readonly #read = new Set<string>();

  /** @param lookup values of the `.env` file beside the compose file */
  constructor(source: Source, path: Path, lookup: Lookup) {
    const data = path.reduce<unknown>((node, key) => (node as YamlMap)[key], source.data);
    this.#source = source;
    this.#path = path;
    this.#data = data as YamlMap;
    this.#lookup = lookup;
  }

  /** Notes something about a key. */
  say(path: Path, message: string): void {
    if (this.remarks.length >= MOST_REMARKS) return;
    const { line, column } = this.#source.locate([...this.#path, ...path]);
    this.remarks.push({ key: path.join("."), message, line, column });
  }

  /** Takes the value of a key; `undefined` where there is none. */
  take(key: string): unknown {
    this.#read.add(key);
    return Object.hasOwn(this.#data, key) ? this.#data[key] ?? undefined : undefined;
  }

  /** Takes a text; notes where the value is none. */
  text(key: string): Filled | undefined {
    const value = this.take(key);
    return value === undefined ? undefined : this.fill([key], value);
  }

  /** Takes a list, or a single value as a list of it, with the path of each item. */
  list(key: string): readonly (readonly [path: Path, value: unknown])[] {
    const value = this.take(key);
    if (value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map((item, index) => [[key, index], item]);
  }

  /** Tells whether a text of the service uses a name, apart from a value that is nothing else. */
  uses(name: string): boolean {
    const pattern = new RegExp(`\\$(?:\\{${name}(?![A-Za-z0-9_])|${name}(?![A-Za-z0-9_]))`);
    return JSON.stringify(this.#data).split(/"\$\{\w+\}"/).some((text) => pattern.test(text));
  }

  /** Returns the keys that nothing has taken. */
  rest(): readonly string[] {
    return Object.keys(this.#data).filter((key) => !this.#read.has(key) && !key.startsWith("x-"));
  }

  /** Returns a text with its values; notes where it is none, or a name in it is not right. */
  fill(path: Path, value: unknown): Filled | undefined {
    if (typeof value !== "string" || value.length > LONGEST || value.includes("\0")) {
      const wrong = typeof value === "string" ? "A shorter text is expected here" : "A text is expected here";
      this.say(path, `${wrong}; it is not taken over`);
      return undefined;
    }
    const own = this.#lookup;
    const names = new Set<string>();
    const missing = new Set<string>();
    // A name without a value is empty in compose.
    const lookup: Lookup = (name) => {
      names.add(name);
      const found = own(name);
      if (found === undefined) missing.add(name);
      return found;
    };
    const { text, problems } = interpolate(value, lookup);
    const real = problems.filter((problem) => !problem.includes("has no value: set it"));
    if (real.length > 0) {
      this.say(path, `${real[0]}; it is not taken over`);
      return undefined;
    }
    const needed = missing.size === 0 ? new Set<string>() : neededNames(value, missing);
    for (const name of names) {
      const found = own(name);
      if (found !== undefined) this.used.set(name, found);
    }
    for (const name of needed) this.unset.add(name);
    return { written: braced(value), value: text, isPlain: names.size === 0 };
  }
}

/** Returns those of some names without a value that have no default either. */
function neededNames(text: string, missing: ReadonlySet<string>): ReadonlySet<string> {
  const { problems } = interpolate(text, (name) => missing.has(name) ? undefined : "x");
  return new Set(
    [...missing].filter((name) => problems.some((problem) => problem.startsWith(`"${name}" has no value`))),
  );
}

/** Writes names with braces, which configurations of lxops need. */
function braced(text: string): string {
  return text.replaceAll(
    /\$\$|\$([A-Za-z_][A-Za-z0-9_]*)/g,
    (whole, name?: string) => name === undefined ? whole : `\${${name}}`,
  );
}
