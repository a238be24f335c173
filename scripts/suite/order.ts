/**
 * In which order the files of end-to-end tests run, so that several beds are busy to the end.
 *
 * @module
 */

/** Files that take long, the longest first: what starts last should be short. Others follow by name. */
export const LONG: readonly string[] = [
  "matrix_test.ts",
  "data_template_test.ts",
  "data_export_test.ts",
  "data_copy_test.ts",
  "data_extract_test.ts",
  "cloudconfig_equality_test.ts",
  "data_killed_test.ts",
  "data_rename_test.ts",
  "tree_matrix_test.ts",
  "data_snapshot_test.ts",
  "volume_launch_test.ts",
  "volume_export_test.ts",
  "cloudconfig_hostile_test.ts",
  "host_ssh_test.ts",
  "volume_snapshot_test.ts",
  "rebuild_test.ts",
  "data_trees_test.ts",
  "launch_test.ts",
  "volume_rename_test.ts",
  "interrupt_data_test.ts",
  "volume_template_test.ts",
  "exec_test.ts",
  "two_runs_test.ts",
  "moved_devices_test.ts",
  "hostile_files_test.ts",
  "wait_test.ts",
  "remote_test.ts",
];

/** Files whose tests take time or share more than a bed with others: nothing runs beside them. */
const ALONE: readonly string[] = ["cloudconfig_configure_test.ts", "cluster_test.ts"];

/** Files that run side by side, and those that run alone afterwards. */
export interface Order {
  readonly beside: readonly string[];
  readonly alone: readonly string[];
}

/** Puts the names of files in order. */
export function orderOf(names: readonly string[]): Order {
  const rank = (name: string) => LONG.includes(name) ? LONG.indexOf(name) : LONG.length;
  const sorted = names.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return {
    beside: sorted.filter((name) => !ALONE.includes(name)),
    alone: sorted.filter((name) => ALONE.includes(name)),
  };
}

/** Lets each worker do one item after the other until none is left. */
export async function share<W, T>(
  workers: readonly W[],
  items: readonly T[],
  action: (worker: W, item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  await Promise.all(workers.map(async (worker) => {
    for (const item of queue) await action(worker, item);
  }));
}
