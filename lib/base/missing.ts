/**
 * The errors about things that do not exist: `There is no KIND "NAME"`, with the nearest name that does.
 *
 * @module
 */
import { StateError } from "./errors.ts";
import { didYouMean } from "./suggest.ts";

/** A missing object, and the facts about it. */
export interface Missing {
  /** The place where it was looked for, after its name: ` in project "web"`. */
  readonly where?: string;
  /** Names that exist, of which the nearest is suggested. */
  readonly known?: Iterable<string>;
  readonly advice?: readonly string[];
}

/** Returns the error about a thing that does not exist. */
export function missing(kind: string, name: string, { where = "", known = [], advice = [] }: Missing = {}) {
  // A name of a command line may have anything in it, and stays in its line.
  const shown = name.replaceAll(
    /[^\P{Cc}\t]/gu,
    (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return new StateError(`There is no ${kind} "${shown}"${where}${didYouMean(name, known)}`, {
    kind: "missing",
    advice,
  });
}

/** Returns the error about an instance that does not exist. */
export function noInstance(
  { name, project }: { readonly name: string; readonly project: string },
  more: Omit<Missing, "where"> = {},
): StateError {
  const where = project === "" || project === "default" ? "" : ` in project "${project}"`;
  return missing("instance", name, { where, ...more });
}
