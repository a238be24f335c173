/**
 * Plans copies of plain directories by rsync. Snapshots are copied, which no instance writes to, beside the places of the
 * new directories; the renames come last, directly after each other.
 *
 * @module
 */
import { run } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { syncBetween } from "../../../ssh/ssh.ts";
import { makePrivateDirectory, removeEmptyDirectory } from "../../commands/archive.ts";
import { directorySnapshot, partialOf, replacedOf } from "../../commands/copy.ts";
import { removeDirectory } from "../../commands/host.ts";
import { recover, replace } from "../../storage/kinds/replace_directory.ts";
import { builderOf, type Copy, type CopyPart, type Pair, sideStep } from "./copy_sides.ts";
import type { CopyOperations } from "./kind.ts";

/** Operations that copy plain directories between machines. */
export const copyOfDirectories: CopyOperations = {
  isThere: (path, { paths }) => paths.get(path) !== undefined,
  hasSnapshot: (path, snapshot, { paths }) => paths.get(directorySnapshot(path, snapshot)) === "directory",
  paths: ({ from, to }, snapshot) => ({
    from: [from.path, directorySnapshot(from.path, snapshot)],
    to: [to.path, partialOf(to.path), replacedOf(to.path), copied(to.path, snapshot)],
  }),
  unfit(path, { machine, where }) {
    const kind = machine.paths.get(path);
    return kind && kind !== "directory" ? `"${path}"${where} is a ${kind}, not a directory` : undefined;
  },
  snapshot: () => undefined,
  copy: copyDirectories,
};

/** Returns the path of a mark which says that a new directory is the complete copy of a snapshot. */
function copied(path: string, snapshot: string): string {
  return `${path}.lxops-copied@${snapshot}`;
}

interface Phases {
  readonly fill: readonly Step[];
  readonly place: readonly Step[];
  readonly end: readonly Step[];
}

function copyDirectories(pairs: readonly Pair[], copy: Copy): CopyPart {
  const { from, to, snapshot, take, overwrite } = copy;
  const { paths } = to.machine;
  const refusals = pairs.filter(({ to: { path } }) =>
    paths.get(path) !== undefined && !overwrite && paths.get(copied(path, snapshot)) === undefined
  ).map(({ to: { path } }) => `directory "${path}"${to.where} exists`);
  const phases = pairs.map((pair) => copyDirectory(pair, copy));
  // The next copy starts from the snapshots of datasets, and has no use for those of directories.
  const remove = take
    ? pairs.map((pair) => directorySnapshot(pair.from.path, snapshot))
      .map((path) => sideStep(from, `Remove snapshot ${path}`, removeDirectory(path)))
    : [];
  const losing = pairs.filter(({ to: { path } }) => overwrite && paths.get(path) !== undefined);
  return {
    steps: [
      ...phases.flatMap(({ fill }) => fill),
      ...phases.flatMap(({ place }) => place),
      ...phases.flatMap(({ end }) => end),
      ...remove,
    ],
    notes: losing.map((pair) => `the contents of "${pair.to.path}"${to.where} are replaced`),
    refusals,
    exists: true,
  };
}

function copyDirectory(pair: Pair, { from, to, snapshot, overwrite }: Copy): Phases {
  const { path } = pair.to;
  const { paths } = to.machine;
  const [partial, mark] = [partialOf(path), copied(path, snapshot)];
  const exists = paths.get(path) !== undefined;
  const old = paths.get(replacedOf(path)) !== undefined;
  const unmark = sideStep(to, `Remove ${mark}`, removeEmptyDirectory(mark));
  if (exists && !overwrite) return { fill: [], place: [], end: [unmark] };
  const source = directorySnapshot(pair.from.path, snapshot);
  const at = (one: string, { ssh }: Copy["from"]) => ({ path: one, ...(ssh ? { ssh } : {}) });
  const sync = syncBetween(at(source, from), at(partial, to), !(from.ssh ? from : to).machine.isRoot);
  const replaces = exists || old;
  const build = builderOf(to);
  const { place, end } = replace(path, replaces, { title: `Rename the copy to ${path}` }, build);
  return {
    fill: [
      ...recover(path, { exists, old }, "", build),
      sideStep(to, `Create directory ${partial}`, makePrivateDirectory(partial)),
      run(`Copy ${source}${from.where} to ${partial}${to.where}`, sync, { counts: source }),
    ],
    place: [
      ...(replaces ? [] : [sideStep(to, `Mark ${path} as complete`, makePrivateDirectory(mark))]),
      ...place,
    ],
    end: [...end, ...(!replaces || paths.get(mark) ? [unmark] : [])],
  };
}
