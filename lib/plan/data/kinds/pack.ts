/**
 * Steps that pack a directory of the host into an archive.
 *
 * @module
 */
import { run, runEffect } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { makePrivateFile, moveFile, packDirectory, removeFile } from "../../commands/archive.ts";
import { partialOf } from "../../commands/copy.ts";

/** Packs a directory; the archive gets its name when it is complete. */
export function packSteps(directory: string, archive: string): Step[] {
  const partial = partialOf(archive);
  return [
    run(`Create ${partial}`, makePrivateFile(partial), {
      opens: { kind: "archive", name: archive },
      undo: runEffect(removeFile(partial)),
    }),
    run(`Pack ${directory}`, packDirectory(directory, partial)),
    run(`Rename the archive to ${archive}`, moveFile(partial, archive), {
      closes: { kind: "archive", name: archive },
    }),
  ];
}
