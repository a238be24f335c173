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
import { moveDirectory, partialOf, putAway, replacedOf } from "../../commands/copy.ts";
import { removeDirectory } from "../../commands/host.ts";

/** Builders of the steps of a replacement: for this machine, or for one end of a copy. */
export interface Builder {
  readonly step: typeof run;
  readonly effect: typeof runEffect;
}

const HERE: Builder = { step: run, effect: runEffect };

/** The parts of an earlier replacement that exist. */
export interface Remains {
  /** The directory. */
  readonly exists: boolean;
  /** Its old content at `NAME.lxops-replaced`. */
  readonly old: boolean;
}

/** Plans the removal of an unfinished successor, where there is one. */
export function removeUnfinished(partial: string, isThere: boolean): Step[] {
  return isThere ? [run(`Remove the unfinished copy ${partial}`, removeDirectory(partial))] : [];
}

/**
 * Plans what is left to do after a replacement that was cut off: a directory that was moved away comes back; old content
 * of a directory that was replaced is removed, with `reason` at the end of that step's title.
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
    `Move ${path} back after an interrupted run`,
    moveDirectory(replaced, path),
  )];
}

/** The step that gives a successor its name. */
export interface Placing {
  readonly title: string;
  /** Openings that it closes in addition to the replacement. */
  readonly closes?: readonly Opening[];
  readonly details?: Pick<Step, "makes" | "commits">;
}

/**
 * Plans that a successor replaces a directory. `end` may run when everything else is in its place. Where the
 * directory does not exist, the successor only gets its name.
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
        ? [build.step(`Move ${path} aside`, putAway(path, replaced), {
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
