/**
 * Plans copies of plain directories by rsync. They are made of snapshots, which nobody writes to, beside the places
 * that they are for; the renames come last, side by side.
 *
 * @module
 */
import type { Step } from "../../../step/step.ts";
import { makePrivateDirectory, removeEmptyDirectory } from "../../commands/archive.ts";
import { directorySnapshot, moveDirectory, partialOf } from "../../commands/copy.ts";
import type { Copy, CopyPart, Pair } from "../copy/copy.ts";
import { onSide, sideStep } from "./copy_sides.ts";
import { removeDirectory } from "../../commands/host.ts";
import { syncBetween } from "../../../ssh/ssh.ts";

function replaced(path: string): string {
  return `${path}.lxops-replaced`;
}

/** Says, beside a new directory, that it is the whole copy of a snapshot, while others are not there yet. */
function copied(path: string, snapshot: string): string {
  return `${path}.lxops-copied@${snapshot}`;
}

/** Paths of the receiving end that a plan needs to know of. */
export function directoryPaths(path: string, snapshot: string): string[] {
  return [path, partialOf(path), replaced(path), copied(path, snapshot)];
}

interface Phases {
  readonly fill: readonly Step[];
  readonly place: readonly Step[];
  readonly end: readonly Step[];
}

/** Plans the copies of directories. */
export function copyDirectories(pairs: readonly Pair[], copy: Copy): CopyPart {
  const { from, to, snapshot, take, overwrite } = copy;
  const { paths } = to.machine;
  const refusals = pairs.filter(({ to: { path } }) =>
    paths.get(path) !== undefined && !overwrite && paths.get(copied(path, snapshot)) === undefined
  ).map(({ to: { path } }) => `directory "${path}"${to.where} exists`);
  const phases = pairs.map((pair) => copyDirectory(pair, copy));
  // Those of datasets are what the next copy starts at; those of directories are of no use to it.
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
    notes: losing.map((pair) => `what is in "${pair.to.path}"${to.where} is replaced`),
    refusals,
  };
}

function copyDirectory(pair: Pair, { from, to, snapshot, overwrite }: Copy): Phases {
  const { path } = pair.to;
  const { paths } = to.machine;
  const [partial, old, mark] = [partialOf(path), replaced(path), copied(path, snapshot)];
  const exists = paths.get(path) !== undefined;
  const unmark = sideStep(to, `Remove ${mark}`, removeEmptyDirectory(mark));
  if (exists && !overwrite) return { fill: [], place: [], end: [unmark] };
  const back = !exists && paths.get(old) !== undefined;
  const source = directorySnapshot(pair.from.path, snapshot);
  const at = (one: string, { ssh }: Copy["from"]) => ({ path: one, ...(ssh ? { ssh } : {}) });
  const sync = syncBetween(at(source, from), at(partial, to), !(from.ssh ? from : to).machine.isRoot);
  const away = sideStep(to, `Put ${path} away`, moveDirectory(path, old));
  const replaces = exists || back;
  return {
    fill: [
      ...(back
        ? [
          sideStep(
            to,
            `Bring back ${path}, which a run that was cut off left away`,
            moveDirectory(old, path),
          ),
        ]
        : []),
      ...(exists && paths.get(old) ? [sideStep(to, `Remove ${old}`, removeDirectory(old))] : []),
      sideStep(to, `Make directory ${partial}`, makePrivateDirectory(partial)),
      {
        title: `Copy ${source}${from.where} to ${partial}${to.where}`,
        effect: { kind: "run", ...sync, counts: source },
      },
    ],
    place: [
      ...(replaces
        ? [{
          ...away,
          opens: { kind: "replacement" as const, name: path },
          undo: { kind: "run" as const, ...onSide(to, moveDirectory(old, path)) },
        }]
        : [sideStep(to, `Say that ${path} is whole`, makePrivateDirectory(mark))]),
      {
        ...sideStep(to, `Give ${path} its name`, moveDirectory(partial, path)),
        ...(replaces ? { closes: { kind: "replacement", name: path } } : {}),
      },
    ],
    end: [
      ...(replaces ? [sideStep(to, `Remove what was in ${path} before`, removeDirectory(old))] : []),
      ...(!replaces || paths.get(mark) ? [unmark] : []),
    ],
  };
}
