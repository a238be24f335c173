/**
 * The commands `snapshot` and `rollback`.
 *
 * @module
 */
import { EXIT, UsageError } from "../../../base/errors.ts";
import { quote } from "../../../base/shell.ts";
import { EXISTING } from "../../../instance/parts.ts";
import { planRollback, rollbackPaths } from "../../../plan/data/rollback.ts";
import { planSnapshot, snapshotPaths } from "../../../plan/data/snapshot.ts";
import type { App } from "../../command/app.ts";
import { type FileCommand, fileSources } from "../../places/file_sources.ts";
import { type LifecycleValues, planOptions, runLifecycle } from "../../shared/lifecycle/lifecycle.ts";
import { targetsOf } from "../../shared/lifecycle/look.ts";
import { snapshotRows } from "../../shared/lifecycle/snapshot_rows.ts";
import { type ListValues, printList } from "../../output/listing.ts";
import { isPath } from "../../shared/subjects.ts";
import { SNAPSHOTS } from "../../results/places.ts";

interface SnapshotValues extends LifecycleValues, ListValues {
  readonly s: string | undefined;
  readonly c: boolean;
  readonly d: boolean;
  readonly R: boolean;
  readonly l: boolean;
  readonly json: boolean;
}

interface RollbackValues extends LifecycleValues {
  readonly s: string;
  readonly c: boolean;
  readonly "destroy-newer": boolean;
}

const NEEDS = { allProjects: true, snapshots: true, zfsSnapshots: true, trees: true } as const;

/** The command as users of other programs type it: with the name of the snapshot behind the instance. */
const SNAPSHOT: FileCommand = {
  command: "snapshot",
  advice: (operand) => [`The name of a snapshot is a flag: lxops snapshot -s ${quote(operand)} FILE`],
};

/** Runs `snapshot`. */
export async function snapshot(
  values: SnapshotValues,
  operands: readonly string[],
  own: App,
): Promise<number> {
  if (await isList(operands, own)) return await list(values, operands.slice(1), own);
  if (values.format || values.columns || values.l) {
    throw new UsageError("--format, --columns and -l are for lxops snapshot list FILE...");
  }
  if (values.R && !values.d) throw new UsageError("-R can be used only with -d");
  // An empty variable of a script must not choose the default name.
  if (values.s === "") throw new UsageError("The name of the snapshot is empty: -s NAME");
  if (values.d && values.s === undefined) throw new UsageError("-d needs the name of a snapshot: -s NAME");
  const { sources, app } = await fileSources(SNAPSHOT, operands, values, own);
  const name = values.s ?? timestamp(new Date());
  return await runLifecycle(
    {
      name: "snapshot",
      without: EXISTING,
      verb: values.d ? "destroy the snapshot of" : "take a snapshot of",
      needs: { ...NEEDS, paths: (target) => snapshotPaths(target, name) },
      options: {
        ...planOptions(values),
        snapshot: name,
        withInstance: values.c,
        destroy: values.d,
        clones: values.R,
      },
      planner: () => Promise.resolve(planSnapshot),
    },
    values,
    sources,
    app,
  );
}

/** Runs `rollback`. */
export async function rollback(
  values: RollbackValues,
  operands: readonly string[],
  own: App,
): Promise<number> {
  if (values.s === "") throw unnamed(operands);
  const { sources, app } = await fileSources({ command: "rollback" }, operands, values, own);
  return await runLifecycle(
    {
      name: "rollback",
      without: EXISTING,
      verb: "roll back",
      needs: { ...NEEDS, paths: (target) => rollbackPaths(target, values.s) },
      options: {
        ...planOptions(values),
        snapshot: values.s,
        withInstance: values.c,
        destroyNewer: values["destroy-newer"],
      },
      settles: true,
      replaces: { data: "goes" },
      planner: () => Promise.resolve(planRollback),
    },
    values,
    sources,
    app,
  );
}

/** Returns the error about a rollback to no snapshot; the last operand may be the name of one. */
function unnamed(operands: readonly string[]): UsageError {
  const last = operands.at(-1)!;
  const files = operands.length > 1 && !isPath(last) ? operands.slice(0, -1) : operands;
  const name = files === operands ? "NAME" : quote(last);
  return new UsageError("rollback needs the name of a snapshot", [
    `The form is: lxops rollback -s ${name} ${files.map(quote).join(" ")}`,
    `To list snapshots: lxops snapshot list ${files.map(quote).join(" ")}`,
  ]);
}

/** Renders the time in UTC as the Go lxops does: 20060102150405. */
export function timestamp(now: Date): string {
  return now.toISOString().replaceAll(/[-:T]|\..*/g, "");
}

/** Tells whether snapshots are to be listed; `list` alone may be a file, for which old scripts take a snapshot. */
async function isList(operands: readonly string[], { host }: App): Promise<boolean> {
  if (operands[0] !== "list") return false;
  return operands.length > 1 || await host.lstat("list") === undefined;
}

async function list(values: SnapshotValues, operands: readonly string[], own: App): Promise<number> {
  const { sources, app } = await fileSources({ command: "snapshot list" }, operands, values, own);
  const targets = await targetsOf(values, sources, app, { without: EXISTING });
  const rows = await snapshotRows(targets, app, { measures: values.l });
  await printList(app, SNAPSHOTS, rows, values);
  return EXIT.ok;
}
