/**
 * The shape of a format of configuration files.
 *
 * @module
 */
import type { Issue } from "../base/errors.ts";
import { HEADER } from "./header.ts";

/** A text in the next format, and the issues of its migration. */
export interface Migrated {
  /** The text, with the header of that format. */
  readonly text: string;
  /** Problems and warnings about it. */
  readonly issues: readonly Issue[];
}

/** A format that is older than the current one, or that a user defined. */
export interface Format {
  /** The first line of its files, such as `#lxdops`. */
  readonly header: string;
  /** Description for `lxops help formats`. */
  readonly description: string;
  /**
   * Returns the text in the next format, with that format's header. Positions in messages are right if lines keep
   * their numbers.
   */
  migrate(text: string, file: string): string | Migrated;
}

/** Checks and returns a format, for programs that are built on this library. */
export function defineFormat(format: Format): Format {
  if (!/^#\S+$/.test(format.header)) {
    throw new TypeError(`The header of a format is "#" and a word, unlike "${format.header}"`);
  }
  if (format.header === HEADER) {
    throw new TypeError(`"${HEADER}" is the current format and needs no migration`);
  }
  return format;
}
