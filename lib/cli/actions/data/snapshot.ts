/**
 * The commands `snapshot` and `rollback`.
 *
 * @module
 */
import { EXIT, UsageError } from "../../../base/errors.ts";
import { EXISTING } from "../../../instance/parts.ts";
import { planRollback, rollbackPaths } from "../../../plan/data/rollback.ts";
import { planSnapshot, snapshotPaths } from "../../../plan/data/snapshot.ts";
import type { App } from "../../command/app.ts";
import { type LifecycleValues, planOptions, runLifecycle } from "../../shared/lifecycle/lifecycle.ts";
import { targetsOf } from "../../shared/lifecycle/look.ts";
import { snapshotRows } from "../../shared/lifecycle/snapshot_rows.ts";
import { type ListValues, printList } from "../../output/listing.ts";
import { SNAPSHOTS } from "../../results/places.ts";

interface SnapshotValues extends LifecycleValues, ListValues {
  readonly s: string | undefined;
  readonly c: boolean;
  readonly d: boolean;
  readonly R: boolean;
  readonly json: boolean;
}

interface RollbackValues extends LifecycleValues {
  readonly s: string;
  readonly c: boolean;
  readonly "destroy-newer": boolean;
}

const NEEDS = { allProjects: true, snapshots: true, zfsSnapshots: true, trees: true } as const;

/** `snapshot`. */
export async function snapshot(
  values: SnapshotValues,
  operands: readonly string[],
  app: App,
): Promise<number> {
  if (operands[0] === "list" && operands.length > 1) return await list(values, operands.slice(1), app);
  if (values.format || values.columns) {
    throw new UsageError("--format and --columns are for lxops snapshot list FILE...");
  }
  if (values.R && !values.d) throw new UsageError("-R can be used only with -d");
  // A script whose variable is empty does not mean a snapshot of any name.
  if (values.s === "") throw new UsageError("The name of the snapshot is empty: -s NAME");
  if (values.d && values.s === undefined) throw new UsageError("-d needs the name of a snapshot: -s NAME");
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
    operands,
    app,
  );
}

/** `rollback`. */
export async function rollback(
  values: RollbackValues,
  operands: readonly string[],
  app: App,
): Promise<number> {
  if (values.s === "") throw new UsageError("rollback needs the name of a snapshot: -s NAME");
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
      planner: () => Promise.resolve(planRollback),
    },
    values,
    operands,
    app,
  );
}

/** The time in UTC as the Go lxops writes it: 20060102150405. */
export function timestamp(now: Date): string {
  return now.toISOString().replaceAll(/[-:T]|\..*/g, "");
}

async function list(values: SnapshotValues, files: readonly string[], app: App): Promise<number> {
  const rows = await snapshotRows(await targetsOf(values, files, app, { without: EXISTING }), app);
  await printList(app, SNAPSHOTS, rows, values);
  return EXIT.ok;
}
