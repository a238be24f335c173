/**
 * Orders the files of end-to-end tests, so that several beds are busy to the end.
 *
 * @module
 */

/** Files that take long, the longest first, so that what starts last is short. Others follow by name. */
export const LONG: readonly string[] = [
  "commands/matrix_test.ts",
  "data/copy_test.ts",
  "image/ci_test.ts",
  "image/build_test.ts",
  "data/extract_test.ts",
  "data/template_test.ts",
  "data/killed_test.ts",
  "cloudconfig/uids_test.ts",
  "ci/gitlab_test.ts",
  "lifecycle/rebuild_test.ts",
  "data/export_test.ts",
  "data/snapshot_test.ts",
  "data/rename_test.ts",
  "volumes/export_test.ts",
  "volumes/launch_test.ts",
  "commands/readme_test.ts",
  "lifecycle/launch_test.ts",
  "changes/edits_test.ts",
  "provision/services_test.ts",
  "daemon/remote_test.ts",
  "cloudconfig/hostile_test.ts",
  "commands/run_test.ts",
  "ci/pooled_test.ts",
  "daemon/image_versions_test.ts",
  "data/trees_test.ts",
  "cloudconfig/equality_test.ts",
  "volumes/snapshot_test.ts",
  "daemon/wait_test.ts",
  "faults/sample_test.ts",
  "changes/by_hand_test.ts",
  "changes/devices_test.ts",
  "commands/everyday_test.ts",
  "lifecycle/locks_test.ts",
  "cloudconfig/configure_test.ts",
  "data/shift_test.ts",
  "provision/init_test.ts",
  "data/given_away_test.ts",
  "data/links_test.ts",
  "volumes/rename_test.ts",
  "daemon/exec_test.ts",
  "commands/go_lines_test.ts",
  "lifecycle/hostile_files_test.ts",
  "lifecycle/settings_test.ts",
  "adopt/guest_test.ts",
  "cloudconfig/sections_test.ts",
  "adopt/rehearse_test.ts",
  "changes/undisturbed_test.ts",
  "changes/blind_test.ts",
  "daemon/host_ssh_test.ts",
  "commands/run_ends_test.ts",
  "data/interrupt_test.ts",
  "lifecycle/directory_test.ts",
  "lifecycle/up_order_test.ts",
  "data/tree_matrix_test.ts",
  "data/faults_test.ts",
  "volumes/template_test.ts",
  "daemon/two_daemons_test.ts",
  "cloudconfig/apt_test.ts",
  "commands/package_test.ts",
  "commands/completion_test.ts",
  "daemon/shell_test.ts",
  "lifecycle/without_root_test.ts",
  "lifecycle/moved_devices_test.ts",
  "lifecycle/dry_run_test.ts",
  "provision/canary_test.ts",
  "lifecycle/publish_test.ts",
  "lifecycle/spares_test.ts",
  "changes/many_test.ts",
];

/**
 * Files that depend on time, or whose daemons are late with their networks on a busy machine: nothing runs beside them.
 */
const ALONE: readonly string[] = [
  "cloudconfig/speed_test.ts",
  // Lists are asked for once more where a lock takes a second.
  "commands/counts_test.ts",
  "daemon/cluster_test.ts",
  "daemon/stops_test.ts",
];

/** Files that need the image of Debian, which takes long to make: others run first. */
export const DEBIAN: readonly string[] = [
  "cloudconfig/equality_test.ts",
  "cloudconfig/hostile_test.ts",
  "cloudconfig/sections_test.ts",
  "adopt/guest_test.ts",
  "changes/undisturbed_test.ts",
  "changes/blind_test.ts",
  "cloudconfig/apt_test.ts",
  "commands/package_test.ts",
  "daemon/wait_test.ts",
  "image/ci_test.ts",
  "provision/services_test.ts",
];

/** Files that need Incus 7, which only the first bed has. */
export const INCUS7: readonly string[] = [
  "daemon/incus7_test.ts",
  "lifecycle/rebuild_identity_test.ts",
  "lifecycle/rebuild_return_test.ts",
  "lifecycle/rebuild_undo_test.ts",
  "provision/canary_test.ts",
];

/** Files that run side by side, those of them that wait for the image of Debian or for Incus 7, and those that run alone. */
export interface Order {
  readonly beside: readonly string[];
  readonly debian: readonly string[];
  readonly incus7: readonly string[];
  readonly alone: readonly string[];
}

/** Orders the names of files. */
export function orderOf(names: readonly string[]): Order {
  const rank = (name: string) => LONG.includes(name) ? LONG.indexOf(name) : LONG.length;
  const sorted = names.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return {
    beside: sorted.filter((name) => [ALONE, DEBIAN, INCUS7].every((some) => !some.includes(name))),
    debian: sorted.filter((name) => DEBIAN.includes(name)),
    incus7: sorted.filter((name) => INCUS7.includes(name)),
    alone: sorted.filter((name) => ALONE.includes(name)),
  };
}

/** Has each worker do one item after the other until none is left. */
export async function share<W, T>(
  workers: readonly W[],
  items: Iterable<T> | AsyncIterable<T>,
  action: (worker: W, item: T) => Promise<void>,
): Promise<void> {
  const queue = (async function* () {
    yield* items;
  })();
  await Promise.all(workers.map(async (worker) => {
    for (let next = await queue.next(); !next.done; next = await queue.next()) {
      await action(worker, next.value);
    }
  }));
}

/** Yields items, and those of `later` before all that are left as soon as `ready` has settled. */
export async function* withLater<T>(
  items: readonly T[],
  later: readonly T[],
  ready: Promise<unknown>,
): AsyncGenerator<T> {
  const [now, then] = [[...items], [...later]];
  let isReady = false;
  const settled = ready.then(() => {}, () => {}).then(() => void (isReady = true));
  while (now.length + then.length > 0) {
    if (now.length === 0) await settled;
    yield (isReady && then.length > 0 ? then : now).shift()!;
  }
}

/** Yields the items of a queue that is shared, and a worker's own before them as soon as `ready` has settled. */
export async function* withOwn<T>(
  queue: AsyncIterator<T>,
  own: readonly T[],
  ready: Promise<unknown>,
): AsyncGenerator<T> {
  const left = [...own];
  let isReady = false;
  const settled = ready.then(() => {}, () => {}).then(() => void (isReady = true));
  for (;;) {
    if (left.length > 0 && isReady) {
      yield left.shift()!;
      continue;
    }
    const next = await queue.next();
    if (!next.done) yield next.value;
    else if (left.length === 0) return;
    else await settled;
  }
}
