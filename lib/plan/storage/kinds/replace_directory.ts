/**
 * The one way in which a plain directory is replaced: its successor is prepared at `NAME.partial`, the directory moves
 * to `NAME.lxops-replaced`, the successor gets the name, and the old content is removed. So what has the name is
 * complete, and what a run that was cut off left is known by its name.
 *
 * @module
 */
import { run, runEffect } from "../../../step/build.ts";
import type { Opening } from "../../../step/facts.ts";
import type { Step } from "../../../step/step.ts";
import { moveDirectory, partialOf, replacedOf } from "../../commands/copy.ts";
import { removeDirectory } from "../../commands/host.ts";

/** How steps of a replacement are built: for this machine, or for one end of a copy. */
export interface Builder {
  readonly step: typeof run;
  readonly effect: typeof runEffect;
}

const HERE: Builder = { step: run, effect: runEffect };

/** What there is of a directory and beside it. */
export interface Remains {
  /** The directory. */
  readonly exists: boolean;
  /** Its old content at `NAME.lxops-replaced`. */
  readonly old: boolean;
}

/** Returns the step that opens a replacement or a copy, with the effect that removes it again. */
export function removalOf(path: string): ReturnType<typeof runEffect> {
  return runEffect(removeDirectory(path));
}

/** Removes an unfinished successor where there is one. */
export function removeUnfinished(partial: string, isThere: boolean): Step[] {
  return isThere ? [run(`Remove the unfinished copy ${partial}`, removeDirectory(partial))] : [];
}

/**
 * Restores the state before a replacement that was cut off: a directory that was moved away comes back, and old content
 * of one that was replaced is removed. `reason` follows the title of the latter.
 */
export function recover(
  path: string,
  { exists, old }: Remains,
  reason = "",
  build: Builder = HERE,
): Step[] {
  if (!old) return [];
  const replaced = replacedOf(path);
  return exists ? [build.step(`Remove ${replaced}${reason}`, removeDirectory(replaced))] : [build.step(
    `Bring back ${path}, which a run that was cut off left away`,
    moveDirectory(replaced, path),
  )];
}

/** The step that gives a successor its name. */
export interface Placing {
  readonly title: string;
  /** Openings that it closes beside the replacement. */
  readonly closes?: readonly Opening[];
  readonly details?: Pick<Step, "makes" | "commits">;
}

/**
 * Puts a successor in the place of a directory; `place` must run at once, and `end` when everything is in its place.
 * Where the directory does not exist, the successor only gets its name.
 */
export function replace(
  path: string,
  exists: boolean,
  { title, closes = [], details }: Placing,
  build: Builder = HERE,
): { readonly place: readonly Step[]; readonly end: readonly Step[] } {
  const replaced = replacedOf(path);
  const opening: Opening = { kind: "replacement", name: path };
  const closed = [...closes, ...(exists ? [opening] : [])];
  return {
    place: [
      ...(exists
        ? [build.step(`Put ${path} away`, moveDirectory(path, replaced), {
          opens: opening,
          undo: build.effect(moveDirectory(replaced, path)),
        })]
        : []),
      build.step(title, moveDirectory(partialOf(path), path), {
        ...(closed.length > 0 ? { closes: closed } : {}),
        ...details,
      }),
    ],
    end: exists ? [build.step(`Remove what was in ${path} before`, removeDirectory(replaced))] : [],
  };
}
