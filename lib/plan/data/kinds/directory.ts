/**
 * Data of plain directories. Their snapshots are copies beside them.
 *
 * @module
 */
import { dirname } from "@std/path";
import { run, runEffect } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { makePrivateDirectory, unpackArchive } from "../../commands/archive.ts";
import {
  copyDirectory,
  copyWithout,
  directorySnapshot,
  makeParents,
  moveDirectory,
  partialOf,
  putAway,
  replacedOf,
} from "../../commands/copy.ts";
import { removeDirectory } from "../../commands/host.ts";
import type { LocatedFilesystem } from "../../storage/kinds/kind.ts";
import { HOST_KINDS } from "../../storage/kinds/mod.ts";
import { recover, removeUnfinished, replace } from "../../storage/kinds/replace_directory.ts";
import { realPath } from "../../tree/paths.ts";
import type { Target, World } from "../../world.ts";
import { copyOfDirectories } from "./copy_directories.ts";
import type { HostDataKind, Left, Phases, RollbackTo, TakeOptions, Taking, Unpacked } from "./kind.ts";
import { packSteps } from "./pack.ts";

/** Data of plain directories. */
export const directory: HostDataKind = {
  place: ({ directory }) => directory,
  snapshot: {
    paths: (path, snapshot) => {
      const copy = directorySnapshot(path, snapshot);
      return [copy, partialOf(copy)];
    },
    has: ({ path }, snapshot, world) => HOST_KINDS.directory.hasSnapshot(path, snapshot, world),
    // A directory may be missing while its snapshot exists.
    find: (existing, missing, snapshot, { paths }) =>
      [...existing, ...missing].filter(({ path }) => paths.get(directorySnapshot(path, snapshot))),
    unfinished: (directories, snapshot, { paths }) =>
      directories.map(({ path }) => partialOf(directorySnapshot(path, snapshot)))
        .filter((partial) => paths.get(partial)),
    take,
    remove: (directories, { snapshot, reason }) =>
      directories.map(({ path }) => directorySnapshot(path, snapshot))
        .map((copy) => run(`Remove snapshot ${copy}${reason}`, removeDirectory(copy))),
  },
  rollback: {
    paths: (path) => [partialOf(path), replacedOf(path)],
    movedAway: (missing, { paths }) => missing.filter(({ path }) => paths.get(replacedOf(path))),
    newer: () => [],
    steps: rollback,
    giveBack,
  },
  archive: {
    word: "dir",
    exportPaths: (path, snapshot) => [directorySnapshot(path, snapshot)],
    importPaths: (path) => [partialOf(path), replacedOf(path)],
    pack: ({ path, directory }, { archive, snapshot }) => ({
      make: packSteps(snapshot === "" ? directory : directorySnapshot(path, snapshot), archive),
      fetch: [],
    }),
    isComplete: ({ exists }) => exists,
    isLeft: ({ path, exists }, { paths }) => !exists && paths.get(partialOf(path)) !== undefined,
    issues: () => [],
    problems: () => [],
    unpack,
    finish: () => [],
  },
  copy: copyOfDirectories,
};

/** Copies take a while, so that they get their names together when all of them are complete. */
function take(
  directories: readonly LocatedFilesystem[],
  snapshot: string,
  world: World,
  { mounted, shared }: TakeOptions,
): Taking {
  return {
    frozen: directories.map(({ directory }) => directory),
    parts: directories.length,
    prepare: directories.flatMap((one) =>
      copySteps(one, snapshot, world, { places: mounted.get(one.path) ?? [], share: shared?.has(one.path) })
    ),
    change: [],
    finish: directories.map(({ path }) => directorySnapshot(path, snapshot)).map((copy) =>
      run(`Rename the copy to ${copy}`, moveDirectory(partialOf(copy), copy), {
        undo: runEffect(moveDirectory(copy, partialOf(copy))),
      })
    ),
  };
}

function copySteps(
  { path, directory }: LocatedFilesystem,
  snapshot: string,
  world: World,
  { places: mounted, share }: { readonly places: readonly string[]; readonly share: boolean | undefined },
): Step[] {
  const partial = partialOf(directorySnapshot(path, snapshot));
  const isDirectory = (place: string) => {
    const kind = world.paths.get(place)?.kind;
    return kind !== "file" && kind !== "other";
  };
  const copy = mounted.length === 0
    ? copyDirectory(directory, partial, share)
    : copyWithout(directory, partial, {
      root: realPath(directory, world),
      places: mounted.map((place) => ({ path: place, isDirectory: isDirectory(place) })),
    });
  return [
    ...removeUnfinished(partial, world.paths.get(partial) !== undefined),
    copyStep(directory, partial, copy),
  ];
}

/** Returns the step that copies a directory; a part of a copy is removed where the step fails. */
function copyStep(from: string, partial: string, command: ReturnType<typeof copyDirectory>): Step {
  return run(`Copy ${from} to ${partial}`, command, {
    opens: { kind: "copy", name: partial },
    undo: runEffect(removeDirectory(partial)),
    partly: true,
  });
}

/** Snapshots are copied while the instance still runs, as it cannot write to them. */
function rollback(
  directories: readonly LocatedFilesystem[],
  { snapshot }: RollbackTo,
  { paths }: World,
): Phases {
  return {
    prepare: directories.flatMap(({ path, exists }) => {
      const partial = partialOf(path);
      const copy = directorySnapshot(path, snapshot);
      return [
        ...recover(
          path,
          { exists, old: paths.get(replacedOf(path)) !== undefined },
          ", replaced by an interrupted run",
        ),
        ...removeUnfinished(partial, paths.get(partial) !== undefined),
        copyStep(copy, partial, copyDirectory(copy, partial)),
      ];
    }),
    change: [],
    finish: directories.flatMap(({ path }) => {
      const title = "Move the copy of the snapshot into place";
      const { place, end } = replace(path, true, { title, details: { commits: true } });
      return [...place, ...end];
    }),
  };
}

/**
 * Plans to put the copies of directories back. A copy is made for one return only, so it replaces the directory itself.
 */
function giveBack(directories: readonly LocatedFilesystem[], snapshot: string, left: Left): readonly Step[] {
  return directories.flatMap(({ path }) => {
    const [copy, replaced] = [directorySnapshot(path, snapshot), replacedOf(path)];
    const remains = {
      exists: left?.paths.get(path) !== undefined,
      old: left?.paths.get(replaced) !== undefined,
    };
    const before = left ? recover(path, remains, ", replaced by an interrupted run") : [];
    // It has taken the place already.
    if (left && !left.directorySnapshots.get(path)?.includes(snapshot)) return before;
    return [
      ...before,
      run(`Move ${path} aside`, putAway(path, replaced)),
      run(`Move ${copy} into place`, moveDirectory(copy, path)),
      run(`Remove what was in ${path}`, removeDirectory(replaced)),
    ];
  });
}

function unpack({ path, exists }: LocatedFilesystem, archive: string, _: Target, { paths }: World): Unpacked {
  const partial = partialOf(path);
  const old = paths.get(replacedOf(path)) !== undefined;
  const { place, end } = replace(path, exists || old, {
    title: "Move the unpacked directory into place",
    closes: [{ kind: "unpacking", name: partial }],
    details: { makes: [{ kind: "directory", name: path }] },
  });
  return {
    make: [
      ...recover(path, { exists, old }),
      ...removeUnfinished(partial, paths.get(partial) !== undefined),
      run(`Create directory ${dirname(path)}`, makeParents(dirname(path))),
      run(`Create directory ${partial}`, makePrivateDirectory(partial), {
        opens: { kind: "unpacking", name: partial },
        undo: runEffect(removeDirectory(partial)),
      }),
      run(`Unpack ${archive} into ${partial}`, unpackArchive(archive, partial)),
    ],
    name: [...place, ...end],
  };
}
