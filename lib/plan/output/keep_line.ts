/**
 * Lines of a script for kept files.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import type { Keeping } from "../../step/provision.ts";

/** Returns the line that saves kept files or puts them into place; `project` is the flag of the project. */
export function keepLine(keeping: Keeping, project: string): string {
  const { keep, instance } = keeping;
  const how = keeping.how === "save"
    ? ` -store ${quote(keeping.store)}`
    : keeping.how === "restore"
    ? ` -restore ${quote(keeping.path)}`
    : ` -from ${quote(keeping.from.name)}${
      keeping.store === undefined ? "" : ` -store ${quote(keeping.store)}`
    }`;
  const goOn = keeping.how === "save" && keeping.optional ? " || true" : "";
  return `lxops instance keep${project}${how} ${quote(instance.name)} ${keep.map(quote).join(" ")}${goOn}`;
}
