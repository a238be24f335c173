/**
 * Notes about data that is yet to be put back as it was before a rebuild.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { pendingUndo } from "./spare.ts";

/**
 * Returns notes about the data of an instance that is deleted before its data was restored, as nothing else reports it
 * then.
 *
 * @param gone the instance and what rebuilds left beside it
 * @param file its configuration, where that is known
 */
export function pendingNotes(
  gone: readonly InstanceInfo[],
  { project, name }: InstanceRef,
  file = "",
): readonly string[] {
  const snapshots = new Set(gone.flatMap((info) => pendingUndo(info)?.snapshot ?? []));
  const where = project && project !== "default" ? ` --project ${quote(project)}` : "";
  return [...snapshots].map((snapshot) =>
    `A rebuild of "${name}" failed, and its data was yet to be put back; the data stays as that rebuild left it, and ` +
    `that of before is in snapshot "${snapshot}" of its filesystems. To go back to it: ` +
    `lxops rollback -s ${quote(snapshot)} --name ${quote(name)}${where} ${file ? quote(file) : "FILE"}`
  );
}
