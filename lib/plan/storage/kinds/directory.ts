/**
 * Plain directories of the host as filesystems. Their snapshots are directories beside them.
 *
 * @module
 */
import { dirname } from "@std/path";
import { count } from "../../../base/sizes.ts";
import { ancestors } from "../../../base/within.ts";
import { run, runEffect } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { directorySnapshot, makeParents, moveDirectory, partialOf, replacedOf } from "../../commands/copy.ts";
import { removeDirectory } from "../../commands/host.ts";
import type { World } from "../../world.ts";
import { type HostKind, MISSING, type RenameOperations, type RenameState, type Renaming } from "./kind.ts";

/** Plain directories of the host. */
export const directory: HostKind = {
  locate: ({ path }, { paths }) => ({ directory: path, exists: paths.get(path) !== undefined }),
  clones: false,
  hasSnapshot: (path, snapshot, { paths }) =>
    paths.get(directorySnapshot(path, snapshot))?.kind === "directory",
  nested: () => [],
  facts(path, seen) {
    const snapshots = seen.directorySnapshots.get(path)?.length ?? 0;
    if (!seen.paths.get(path)) return { ...MISSING, snapshots };
    return { ...MISSING, state: "there", size: seen.sizes.get(path) ?? "", snapshots, mountpoint: path };
  },
  describe(_, { path }, world) {
    const old = replacedOf(path);
    const left = world.leftovers?.includes(old) ? `${old}, left by an interrupted run` : undefined;
    if (!world.paths.get(path)) return left && `directory ${left}`;
    const snapshots = world.directorySnapshots.get(path)?.length ?? 0;
    const size = world.sizes.get(path);
    return `directory ${path}${size === undefined ? "" : ` (${size})`}` +
      (snapshots > 0 ? `, ${count(snapshots, "snapshot")} beside it` : "") +
      (left === undefined ? "" : `, and ${left}`);
  },
  snapshots: (_, { path }, { directorySnapshots, sizes }) =>
    (directorySnapshots.get(path) ?? []).map((name) => {
      const used = sizes.get(directorySnapshot(path, name));
      return { of: path, name, ...(used === undefined ? {} : { used }) };
    }),
  destroy: {
    find: (path, { paths }) => paths.get(path) === undefined ? undefined : path,
    beside(path, { filesystems }, world) {
      const snapshots = world.directorySnapshots.get(path)?.map((name) => directorySnapshot(path, name)) ??
        [];
      const left = (world.leftovers ?? []).filter((one) =>
        one === partialOf(path) || one === replacedOf(path) || one.startsWith(directorySnapshot(path, ""))
      );
      return [...snapshots, ...left].filter((one) => !filesystems.some((other) => other.path === one));
    },
    problems: () => [],
    notes: (path, { paths }) =>
      paths.get(path)?.kind === "symlink"
        ? [`"${path}" is a symbolic link: the link goes, and what it leads to stays`]
        : [],
    step: (path) =>
      run(`Destroy directory ${path}`, removeDirectory(path), {
        removes: [{ kind: "directory", name: path }],
      }),
  },
  rename: renameDirectories(),
};

function renameDirectories(): RenameOperations {
  return {
    paths: (path) => [path, ...ancestors(path)],
    isTaken: ({ directory }, { paths }) => paths.get(directory) !== undefined,
    conflicts: (path, { directorySnapshots }) =>
      (directorySnapshots.get(path) ?? []).map((name) => directorySnapshot(path, name)),
    problems,
    again: () => [],
    steps,
  };
}

function problems({ from, to }: Renaming, { paths }: World): string[] {
  const info = paths.get(from.path);
  if (info?.kind !== "directory") return [`"${from.path}" is a ${info?.kind}, not a directory`];
  const parent = ancestors(to.path).find((path) => paths.get(path));
  const device = parent === undefined ? undefined : paths.get(parent)?.device;
  return device === undefined || info.device === undefined || device === info.device
    ? []
    : [`"${from.path}" cannot move to "${to.path}", which is on another disk`];
}

function steps(at: string, { from, to }: Renaming, { world, made }: RenameState): Step[] {
  const parent = dirname(to.path);
  const isMissing = !world.paths.get(parent) && !made.has(parent);
  made.add(parent);
  const snapshots = world.directorySnapshots.get(from.path) ?? [];
  const move = (source: string, target: string): Step =>
    run(`Rename directory ${source} to ${target}`, moveDirectory(source, target), {
      undo: runEffect(moveDirectory(target, source)),
    });
  return [
    ...(isMissing ? [run(`Create directory ${parent}`, makeParents(parent))] : []),
    ...snapshots.map((name) => move(directorySnapshot(at, name), directorySnapshot(to.path, name))),
    move(at, to.path),
  ];
}
