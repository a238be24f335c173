/**
 * Plans that an instance's filesystems get the names that its configuration gives them under another name.
 *
 * @module
 */
import type { Dataset } from "../../ports/mod.ts";
import type { Step } from "../../step/step.ts";
import { isWithin } from "../../base/within.ts";
import type { Described, Target, World } from "../world.ts";
import type { LocatedFilesystem, RenameOptions, RenameState, Renaming } from "./kinds/kind.ts";
import { DAEMON_KINDS, HOST_KINDS, isHostKind } from "./kinds/mod.ts";
import { locate } from "./layout.ts";

/** Steps that move filesystems, where they are then, and the reasons why they must not run. */
export interface Moves {
  readonly steps: readonly Step[];
  /** Directories of the filesystems afterwards, by key. */
  readonly directories: ReadonlyMap<string, string>;
  /** Filesystems of the host that move, with their present names. */
  readonly moving: readonly LocatedFilesystem[];
  /** New names that something else has. */
  readonly taken: readonly string[];
  /** Other reasons, as texts. */
  readonly problems: readonly string[];
  /** True where filesystems of the daemon move, which no profile may have meanwhile. */
  readonly detaches: boolean;
}

/** Returns paths that a plan needs to know. */
export function renamePaths({ instance, loaded }: Described, datasets: World["datasets"]): readonly string[] {
  const located = locate({ instance, loaded }, asMounted(datasets));
  return [
    ...instance.filesystems.flatMap(({ kind, path }) =>
      isHostKind(kind) ? HOST_KINDS[kind].rename.paths(path) : []
    ),
    ...located.filesystems.map(({ directory }) => directory),
    ...located.devices.map(({ source }) => source),
  ];
}

/** Returns datasets as if all were mounted: a run that was cut off may have left one that is not. */
export function asMounted(datasets: World["datasets"]): World["datasets"] {
  return new Map([...datasets].map(([name, dataset]) => [name, { ...dataset, mounted: true }]));
}

/** Plans the moves; with `resume`, filesystems that have their new names already count as moved. */
export function moveFilesystems(
  target: Target,
  renamed: Described,
  world: World,
  options: RenameOptions,
): Moves {
  const onHost = moveOnHost(target, renamed, world, options.resume);
  const ofDaemon = Object.values(DAEMON_KINDS).map((kind) => kind.rename(target, renamed, world, options));
  return {
    ...onHost,
    steps: [...onHost.steps, ...ofDaemon.flatMap(({ steps }) => steps)],
    taken: [...onHost.taken, ...ofDaemon.flatMap(({ taken }) => taken)],
    problems: [...onHost.problems, ...ofDaemon.flatMap(({ problems }) => problems)],
    detaches: ofDaemon.some(({ steps }) => steps.length > 0),
  };
}

function moveOnHost(
  target: Target,
  renamed: Described,
  world: World,
  resume: boolean,
): Omit<Moves, "detaches"> {
  const directories = new Map<string, string>();
  const moving: LocatedFilesystem[] = [];
  const taken: string[] = [];
  const problems: string[] = [];
  const steps: Step[] = [];
  const state: RenameState = { world, resume, made: new Set() };
  const moved: { readonly from: string; readonly to: string }[] = [];
  const currentPath = (path: string) =>
    moved.reduce((at, { from, to }) => isWithin(at, from) ? to + at.slice(from.length) : at, path);
  for (const renaming of renamings(target, renamed, world)) {
    const { from, to } = renaming;
    const { rename } = HOST_KINDS[from.kind];
    directories.set(from.id, directoryAfter(target, renaming, world));
    if (from.path === to.path || !from.exists) {
      if (resume) steps.push(...HOST_KINDS[to.kind].rename.again(to.path, world));
      if (from.path !== to.path && to.exists && !resume) taken.push(to.path);
      continue;
    }
    moving.push(from);
    if (to.exists || rename.isTaken(to, world)) {
      taken.push(to.path);
      continue;
    }
    if (!resume) taken.push(...rename.conflicts(to.path, world));
    const at = currentPath(from.path);
    if (at === to.path) continue;
    problems.push(
      ...(from.kind === to.kind
        ? rename.problems(renaming, world)
        : [`"${from.path}" and "${to.path}" are not of the same kind`]),
    );
    steps.push(...rename.steps(at, renaming, state));
    moved.push({ from: from.path, to: to.path });
  }
  return { steps, directories, moving, taken, problems };
}

function renamings(target: Target, renamed: Described, world: World): readonly Renaming[] {
  const mounted = asMounted(world.datasets);
  const after = locate(renamed, mounted, world.paths).filesystems;
  return locate(target, mounted, world.paths).filesystems.flatMap((from) => {
    const to = after.find(({ id }) => id === from.id);
    return to ? [{ from, to }] : [];
  });
}

/** Returns the new directory: one that is inherited moves with the name; a mountpoint of its own stays. */
function directoryAfter(target: Target, { from, to }: Renaming, world: World): string {
  if (!from.exists || !HOST_KINDS[from.kind].mount || to.exists) return to.directory;
  const without: ReadonlyMap<string, Dataset> = new Map(
    [...asMounted(world.datasets)].filter(([name]) => !isWithin(name, from.path)),
  );
  const inherited = locate(target, without, world.paths).filesystems.find(({ id }) => id === from.id);
  return inherited?.directory === from.directory ? to.directory : from.directory;
}
