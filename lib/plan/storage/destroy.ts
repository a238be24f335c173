/**
 * Plans the destruction of filesystems. Everything is refused here, before the instance is touched.
 *
 * @module
 */
import { sortIssues } from "../../config/schema/validate.ts";
import { ConfigError, type Issue, refuse } from "../../base/errors.ts";
import { isWithin } from "../../base/within.ts";
import { partialOf, replacedOf } from "../commands/copy.ts";
import { problem, type Target, type World } from "../world.ts";
import { DAEMON_KINDS, HOST_KINDS, hostKindNames, isHostKind, KINDS } from "./kinds/mod.ts";
import type { Destruction, LocatedFilesystem } from "./kinds/kind.ts";
import { users } from "./usage.ts";

/**
 * Plans the destruction of a target's filesystems that say `destroy: true`.
 *
 * @throws {ConfigError} where a filesystem that does not say so would be destroyed with one that does
 * @throws {StateError} where something else uses one, or lies in it
 */
export function destroyFilesystems(target: Target, world: World): Destruction {
  const parts = [
    destroyOnHost(target, world),
    ...Object.values(DAEMON_KINDS).map((kind) => kind.destroy(target, world)),
  ];
  return {
    steps: parts.flatMap(({ steps }) => steps),
    notes: parts.flatMap(({ notes }) => notes),
  };
}

function destroyOnHost(target: Target, world: World): Destruction {
  const existing = existingFilesystems(target, world);
  const beside = besideFilesystems(target, world);
  const doomed = [...existing.filter((filesystem) => filesystem.destroy), ...beside];
  const kept = existing.filter((filesystem) => !filesystem.destroy);
  const issues = kept.flatMap((one) => {
    const outer = doomed.find((other) => liesIn(one, other));
    return outer ? [keptIssue(target, one, outer)] : [];
  });
  if (issues.length > 0) throw new ConfigError(sortIssues(issues));
  const names = new Set(doomed.map(({ path }) => path));
  for (const filesystem of doomed) {
    refuseFor(filesystem, [
      ...users(target, world, filesystem),
      ...HOST_KINDS[filesystem.kind].destroy.problems(filesystem.path, names, world),
    ]);
  }
  // Filesystems that lie in another one are destroyed with it.
  const roots = doomed.filter((one, index) =>
    !doomed.some((other, at) =>
      one.kind === other.kind &&
      (one.path.startsWith(`${other.path}/`) || at < index && one.path === other.path)
    )
  );
  const ordered = hostKindNames().flatMap((name) => roots.filter(({ kind }) => kind === name));
  return {
    steps: ordered.map(({ kind, path }) => HOST_KINDS[kind].destroy.step(path)),
    notes: [
      ...ordered.filter((one) => !beside.includes(one))
        .flatMap((one) => KINDS[one.kind].describe(target, one, world) ?? [])
        .map((line) => `destroys ${line}`),
      ...beside.map(({ path }) => `destroys ${besideText(path)}`),
      ...roots.flatMap(({ kind, path }) => HOST_KINDS[kind].destroy.notes(path, world)),
      ...otherDaemonNotes(world, roots),
    ],
  };
}

function otherDaemonNotes(world: World, roots: readonly LocatedFilesystem[]): string[] {
  const { title, problem } = world.otherDaemon ?? {};
  if (problem === undefined || roots.length === 0) return [];
  return [`Whether an instance of ${title} uses what goes could not be looked at: ${problem}`];
}

/** Finds the filesystems that exist. Unlike in `locate()`, a pool that is gone is no error: there is nothing to destroy. */
function existingFilesystems(target: Target, world: World): LocatedFilesystem[] {
  return target.instance.filesystems.flatMap((filesystem): LocatedFilesystem[] => {
    const { kind, path } = filesystem;
    if (!isHostKind(kind)) return [];
    const directory = HOST_KINDS[kind].destroy.find(path, world);
    return directory === undefined ? [] : [{ ...filesystem, kind, directory, exists: true }];
  });
}

/** Finds what belongs to filesystems that are destroyed, and lies beside them. */
function besideFilesystems({ instance }: Target, world: World): LocatedFilesystem[] {
  return instance.filesystems.flatMap((filesystem): LocatedFilesystem[] => {
    const { kind, path, destroy } = filesystem;
    if (!isHostKind(kind) || !destroy) return [];
    return HOST_KINDS[kind].destroy.beside(path, instance, world)
      .map((one) => ({ ...filesystem, kind, path: one, directory: one, exists: true }));
  });
}

function besideText(path: string): string {
  return path.endsWith(partialOf("")) || path.endsWith(replacedOf(""))
    ? `${path}, left by an interrupted run`
    : `snapshot ${path}`;
}

/** Tells whether a filesystem would be destroyed with another one. */
function liesIn(one: LocatedFilesystem, other: LocatedFilesystem): boolean {
  return one.kind === other.kind && isWithin(one.path, other.path) ||
    other.directory.startsWith("/") && isWithin(one.directory, other.directory);
}

function keptIssue(target: Target, one: LocatedFilesystem, outer: LocatedFilesystem): Issue {
  return problem(
    target,
    `filesystems.${one.id}`,
    `Filesystem "${one.id}" (${one.path}) does not say destroy: true, but lies in filesystem "${outer.id}" ` +
      `(${outer.path}), which does and would take it along; nothing was changed`,
  );
}

function refuseFor(filesystem: LocatedFilesystem, reasons: readonly string[]): void {
  if (reasons.length === 0) return;
  throw refuse(`Cannot destroy filesystem "${filesystem.id}" (${filesystem.path})`, reasons.join(", "), [
    "Delete that first, or move it elsewhere",
  ]);
}
