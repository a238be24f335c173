/**
 * The snapshots of configurations: of their instances and of all their filesystems.
 *
 * @module
 */
import { parseSize } from "../../../base/sizes.ts";
import { hostFirst } from "../../../instance/kinds.ts";
import { directorySnapshot } from "../../../plan/commands/copy.ts";
import { KINDS } from "../../../plan/storage/kinds/mod.ts";
import { objectKey, type Target } from "../../../plan/world.ts";
import { observe } from "../../../run/observe/observe.ts";
import type { App } from "../../command/app.ts";
import type { SNAPSHOTS } from "../../results/places.ts";
import type { RowOf } from "../../results/shape.ts";

/** A snapshot of one thing: an instance or a filesystem. */
export type SnapshotRow = RowOf<typeof SNAPSHOTS>;

/** Returns the snapshots of targets, sorted by their names; `measures` has copies of directories measured. */
export async function snapshotRows(
  targets: readonly Target[],
  app: App,
  { measures = false }: { readonly measures?: boolean } = {},
): Promise<readonly SnapshotRow[]> {
  const seen = await observe(targets, {
    allProjects: true,
    snapshots: true,
    zfsSnapshots: true,
    trees: false,
  }, {
    backend: app.backend,
    host: app.host,
    server: await app.server(),
    remotes: new Map(),
  });
  const copies = [...seen.directorySnapshots].flatMap(([path, names]) =>
    names.map((name) => directorySnapshot(path, name))
  );
  const world = measures && copies.length > 0 ? { ...seen, sizes: await app.host.sizes(copies) } : seen;
  const rows: SnapshotRow[] = [];
  for (const target of targets) {
    const { name, project, filesystems } = target.instance;
    const add = (of: string, snapshot: string, used = "", created = "") =>
      rows.push({
        ...{ instance: name, snapshot, of, used, created },
        bytes: parseSize(used) ?? null,
        createdAt: isoTime(created),
      });
    for (const one of world.snapshots.get(objectKey(project, name)) ?? []) add(`instance ${name}`, one);
    for (const filesystem of hostFirst(filesystems)) {
      for (const { of, name, used, created } of KINDS[filesystem.kind].snapshots(target, filesystem, world)) {
        add(of, name, used, created);
      }
    }
  }
  return rows.sort((a, b) => a.snapshot < b.snapshot ? -1 : a.snapshot > b.snapshot ? 1 : 0);
}

/** Returns a time as ISO 8601; null where the text is none. */
function isoTime(text: string): string | null {
  const time = Date.parse(text);
  return time > 0 ? new Date(time).toISOString() : null;
}
