/**
 * A starter: the content of a directory's first configuration, before it is written as files with comments.
 *
 * @module
 */

/** A value of a configuration, as YAML has it. */
export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

/** Keys of a configuration that a starter can have. */
export type Keys = Readonly<Record<string, Value>>;

/** A part of the source that was left out, or that the user has to check. */
export interface Remark {
  /** The key that it concerns, as a dotted path of the source. */
  readonly key: string;
  readonly message: string;
  /** The place in the file of the source. */
  readonly line?: number;
  readonly column?: number;
}

/** The content of the first configuration of a directory. */
export interface Starter {
  /** A sentence about where it comes from; absent for an empty start. */
  readonly source?: string;
  readonly keys: Keys;
  /** Lines of comment in the places of keys that it does not have, or above those that it has. */
  readonly comments?: Readonly<Record<string, readonly string[]>>;
  /** Values for `.env`. */
  readonly env: ReadonlyMap<string, string>;
  /** Names that need a value in `.env`. */
  readonly unset: readonly string[];
  readonly remarks: readonly Remark[];
  /** Packages with a similar name or purpose. */
  readonly packages: readonly string[];
  /** The text of its file of cloud-config; absent: one of comments. */
  readonly cloudConfig?: string;
  /** The text of a file of cloud-config that lxops applies before it. */
  readonly groups?: string;
  /** Lines of comment for `bootstrap.sh`. */
  readonly bootstrap: readonly string[];
  /** The instance exists: no directory may be attached over its files. */
  readonly exists?: true;
}

/** Returns a starter with these keys and nothing else. */
export function plainStarter(keys: Keys, source?: string): Starter {
  return {
    ...(source === undefined ? {} : { source }),
    keys,
    env: new Map(),
    unset: [],
    remarks: [],
    packages: [],
    bootstrap: [],
  };
}

/** Writes a text so that it stays the same where settings are filled in. */
export function literal(text: string): string {
  return text.replaceAll("$", "$$$$");
}

/** Tells whether a text would be changed where properties in parentheses are filled in. */
export function isPattern(text: string): boolean {
  return /[()]/.test(text);
}
