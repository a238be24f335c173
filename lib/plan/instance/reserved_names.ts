/**
 * Names of instances while one of them replaces another.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { isRunning } from "./ownership.ts";
import { roleOf } from "./spare.ts";
import type { Target, World } from "../world.ts";

/** The daemons' limit for an instance's name: that of a host name (RFC 1123). */
export const NAME_LIMIT = 63;

/** Part of the name of an instance that will replace another one. */
export const NEW = "-lxops-new";
/** Part of the name of an instance whose place another one takes or took. */
export const OLD = "-lxops-old";
/** Ends the name of an instance out of which content is taken. */
export const EXTRACT_SUFFIX = "-lxops-extract";

const SWAP_NAME = /-lxops-(?:new|old)(?:-[a-z0-9]{1,12})?$/;
const RANDOM_LENGTH = 6;
/** Stands for the random part of a name where a plan is only shown. */
const SHOWN_RANDOM = "0".repeat(RANDOM_LENGTH);

/**
 * Returns a name for an instance that replaces another one, or that is replaced. Its random part keeps it
 * apart from what an earlier rebuild may have left in a storage pool. A long name is cut.
 *
 * @param random absent where a plan is only shown
 */
export function swapName(name: string, part: typeof NEW | typeof OLD, random: string | undefined): string {
  const suffix = `${part}-${randomPart(random)}`;
  return `${name.slice(0, NAME_LIMIT - suffix.length)}${suffix}`;
}

function randomPart(random: string | undefined): string {
  return random?.replaceAll(/[^a-z0-9]/g, "").slice(0, RANDOM_LENGTH) || SHOWN_RANDOM;
}

/** Returns the random part of a name of a rebuild; empty where it has none. */
export function randomOf(name: string): string {
  return /-lxops-(?:new|old)-([a-z0-9]+)$/.exec(name)?.[1] ?? "";
}

/** Returns a text with the random part of its names replaced by zeros. */
export function shownNames(text: string, random: string | undefined): string {
  const parts = [NEW, OLD, "lxops-rebuild"].map((part) =>
    [`${part}-${randomPart(random)}`, `${part}-${SHOWN_RANDOM}`] as const
  );
  return parts.reduce((shown, [from, to]) => shown.replaceAll(from, to), text);
}

/** Tells whether an instance has the name of one that replaces, or is replaced by, the instance `name`. */
export function isSwapNameOf(candidate: string, name: string): boolean {
  const match = SWAP_NAME.exec(candidate);
  if (!match) return false;
  const base = candidate.slice(0, match.index);
  return base === name || candidate.length === NAME_LIMIT && name.startsWith(base);
}

/** Tells whether a name is that of an instance itself, or one that it has during a rebuild. */
export function isNameOf(candidate: string, name: string): boolean {
  return candidate === name || isSwapNameOf(candidate, name);
}

/** Tells whether a name is that of an instance whose place another one takes or took. */
export function isOldName(name: string): boolean {
  return SWAP_NAME.exec(name)?.[0].startsWith(OLD) ?? false;
}

/** Returns the instance of a name in a project, and then those that have its name during a rebuild. */
export function findInstances(
  instances: Iterable<InstanceInfo>,
  project: string,
  name: string,
): readonly InstanceInfo[] {
  return findNamed([...instances].filter((info) => info.project === (project || "default")), name);
}

/** Lists the spares of a target, the youngest first. */
export function sparesOf(target: Target, world: World): readonly InstanceInfo[] {
  const { project, name } = target.instance;
  return findInstances(world.instances.values(), project, name)
    .filter((info) => info.name !== name && roleOf(info) === "spare")
    .toSorted((a, b) => a.createdAt < b.createdAt ? 1 : -1);
}

/** Returns the instance of a name in a list of one project, and then those that have its name during a rebuild. */
export function findNamed(instances: readonly InstanceInfo[], name: string): readonly InstanceInfo[] {
  const rank = (info: InstanceInfo) => info.name === name ? 0 : isOldName(info.name) ? 2 : 1;
  return instances.filter((info) => isNameOf(info.name, name)).sort((a, b) => rank(a) - rank(b));
}

/**
 * Checks that a new instance does not take a name of a swap: the rebuild of another one would take it for its own.
 *
 * @throws {UsageError}
 */
export function refuseSwapName(name: string): void {
  const suffix = name.endsWith(EXTRACT_SUFFIX) ? EXTRACT_SUFFIX : SWAP_NAME.exec(name)?.[0];
  if (suffix === undefined) return;
  const what = suffix === EXTRACT_SUFFIX ? "temporary instances" : "instances of a rebuild";
  throw new UsageError(
    `Invalid instance name "${name}": the suffix "${suffix}" is reserved for ${what}`,
  );
}

/**
 * Tells whether the journal of an instance is read to plan what is left to do. That of an instance that will
 * be deleted or does not run is not read: the daemon itself would read it, which may not have finished
 * creating the instance, and would wait for whatever stands in the journal's place. The script skips what the
 * journal has when it runs.
 */
export function mayHaveJournal(info: InstanceInfo): boolean {
  return isRunning(info) && !isOldName(info.name);
}
