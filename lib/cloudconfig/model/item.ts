/**
 * Items: the smallest parts of a cloud-config that are applied, reported and remembered on their own.
 *
 * @module
 */
import type { Location } from "../../base/errors.ts";
import type { Secret } from "../../step/step.ts";
import type { HelperName } from "../shell/helpers.ts";

/** What several items change: running an earlier one again makes the later ones necessary again. */
export interface Target {
  /** A short hash of what it is, as a file's path or a user's name. */
  readonly key: string;
  /** This item is the first of its target, and makes what was done to the target before irrelevant. */
  readonly first: boolean;
}

/** One thing that is done in an instance. */
export interface Item {
  /**
   * Hash of what makes the item, 64 hexadecimal digits: the same item has the same id in every run. Where the item
   * has secrets it is a secret itself; see `ids.ts`.
   */
  readonly id: string;
  /** The cloud-config key that it belongs to, as `write_files`. */
  readonly section: string;
  /** The key at the top of the file that it comes from, as `package_update`. */
  readonly key: string;
  /** Imperative, one line, with the name of the file: `Install packages nginx curl (pkgs.cfg)`. */
  readonly title: string;
  readonly location: Location;
  /** Commands in the POSIX shell language. */
  readonly script: string;
  /** Shell functions that the script calls. */
  readonly helpers: readonly HelperName[];
  readonly target?: Target;
  /** A command of the user's, whose output is passed on. */
  readonly prints?: true;
  /** Parts of the script that are not to be shown. */
  readonly secrets: readonly Secret[];
}

/** Data that JSON has words for: a function among them would be left out of a hash in silence. */
export type Plain =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Plain[]
  | { readonly [key: string]: Plain };

/** What a section makes of a file, before items get their ids. */
export interface Draft {
  readonly section: string;
  readonly title: string;
  /** Where in the file it comes from. */
  readonly path: readonly (string | number)[];
  readonly script: string;
  readonly helpers?: readonly HelperName[];
  /** The data that identifies the item, independent of how its script is written. */
  readonly content: Plain;
  /** What it changes where later items may change the same, as `file:/etc/motd`. */
  readonly target?: string;
  /** It adds to its target, so that running it again would add again. */
  readonly adds?: boolean;
  /** It is a command of the user's, whose output is passed on. */
  readonly prints?: true;
  /** Parts of the script that are not to be shown. */
  readonly secrets?: readonly Secret[];
}

/** Any text as one printable line of limited length. */
export function oneLine(text: string, limit = 100): string {
  // deno-lint-ignore no-control-regex
  const line = text.replaceAll(/[\u0000-\u0020\u007f-\u00a0\u2028\u2029]+/g, " ").trim();
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, limit - 3).join("")}...`;
}
