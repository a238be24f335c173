/**
 * A comparison of ids as lines of a script.
 *
 * @module
 */
import { hereDocument, quote } from "../../base/shell.ts";
import type { IdComparison } from "../../step/step.ts";

/** Returns the lines that compare ids; `project` is the flag of the project. */
export function idsLine({ instance, made, how, ids, directories }: IdComparison, project: string): string {
  const paths = directories.map((path) => ` -device ${quote(path)}`).join("");
  return `lxops instance compare-ids${project} -ids ${how}${paths} ${quote(instance.name)} ${quote(made)} ${
    hereDocument(ids)
  }`;
}
