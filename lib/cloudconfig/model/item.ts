/**
 * Items: the smallest parts of a cloud-config file that are applied, reported and recorded separately.
 *
 * @module
 */
import type { Location } from "../../base/errors.ts";
import type { Secret } from "../../step/step.ts";
import type { HelperName } from "../shell/helpers.ts";
import type { Check } from "./check.ts";

/** A thing that several items change: if an earlier item runs again, the later ones must run again, too. */
export interface Target {
  /** A short hash of its name, for example of a file's path or a user's name. */
  readonly key: string;
  /** The item is the first of its target and replaces everything that was done to the target before. */
  readonly first: boolean;
}

/** The smallest unit that is applied to an instance. */
export interface Item {
  /**
   * The hash of the item's content, 64 hexadecimal digits: the same item has the same id in every run. If the item
   * has secrets, the id is secret, too; see `ids.ts`.
   */
  readonly id: string;
  /** The section that it belongs to, for example `write_files`. */
  readonly section: string;
  /** The top-level key that it comes from, for example `package_update`. */
  readonly key: string;
  /** Imperative, one line, with the name of the file: `Install packages nginx curl (pkgs.cfg)`. */
  readonly title: string;
  readonly location: Location;
  /** Commands in the POSIX shell language. */
  readonly script: string;
  /** The shell functions that the script calls. */
  readonly helpers: readonly HelperName[];
  readonly target?: Target;
  /** The file that it writes. */
  readonly file?: string;
  /** The item is a command of the user, whose output is shown. */
  readonly prints?: true;
  /** The item is applied also where the journal has it. */
  readonly again?: true;
  /** Hashes of the item's sources, where its id does not depend on them. */
  readonly edition?: Edition;
  /** Checks of the files and other things in the instance that it is responsible for. */
  readonly checks?: readonly Check[];
  /** The parts of the script that must not be shown. */
  readonly secrets: readonly Secret[];
}

/** Hashes of the sources of an item that does not run again by itself when they change. */
export interface Edition {
  /** Hash of its text. */
  readonly text: string;
  /** Hash of the settings that it reads, from which they could be guessed; absent: it reads none. */
  readonly settings?: string;
}

/** Data that JSON can represent: a function in it would be missing in a hash without notice. */
export type Plain =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Plain[]
  | { readonly [key: string]: Plain };

/** An item before it has an id. */
export interface Draft {
  readonly section: string;
  readonly title: string;
  /** Its place in the file. */
  readonly path: readonly (string | number)[];
  readonly script: string;
  readonly helpers?: readonly HelperName[];
  /** The data that identifies the item, independent of how its script is written. */
  readonly content: Plain;
  /** The thing that it changes, if later items may change it as well, for example `file:/etc/motd`. */
  readonly target?: string;
  /** The file that it writes. */
  readonly file?: string;
  /** It adds to its target: running it twice would add twice. */
  readonly adds?: boolean;
  /** It is a command of the user, whose output is shown. */
  readonly prints?: true;
  /** Checks of the files and other things in the instance that it is responsible for. */
  readonly checks?: readonly Check[];
  /** The parts of the script that must not be shown. */
  readonly secrets?: readonly Secret[];
}

/** Returns a text as one printable line of limited length. */
export function oneLine(text: string, limit = 100): string {
  // deno-lint-ignore no-control-regex
  const line = text.replaceAll(/[\u0000-\u0020\u007f-\u00a0\u2028\u2029]+/g, " ").trim();
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, limit - 3).join("")}...`;
}
