/**
 * Names of instances while one of them replaces another.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import { shortHash } from "../../base/hash.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { isRunning } from "./ownership.ts";
import { isPartByMarks } from "./given_up.ts";
import { randomPart, SHOWN_RANDOM, THROW_AWAY } from "./random_names.ts";
import { OF_MARK, roleOf } from "./spare.ts";
import { objectKey, type World } from "../world.ts";

/** The daemons' limit for an instance's name: that of a host name (RFC 1123). */
export const NAME_LIMIT = 63;

/** Part of the name of an instance that will replace another one. */
export const NEW = "-lxops-new";
/** Part of the name of an instance that another one replaces or has replaced. */
export const OLD = "-lxops-old";
/** Suffix of an instance from which content is extracted. */
export const EXTRACT_SUFFIX = "-lxops-extract";

const SWAP_NAME = /-lxops-(?:new|old)(?:-[a-z0-9]{1,12})?$/;

/**
 * Returns a name for an instance that replaces another one, or that is replaced. Its random part distinguishes it from
 * leftovers of an earlier rebuild in a storage pool. A long name is cut and gets a hash of all of it, as other names
 * may begin in the same way.
 *
 * @param random absent where a plan is only shown
 */
export function swapName(name: string, part: typeof NEW | typeof OLD, random: string | undefined): string {
  const suffix = `${part}-${randomPart(random)}`;
  return `${baseOf(name, NAME_LIMIT - suffix.length)}${suffix}`;
}

/** Returns a name that is not longer than a length: a longer one is cut, and gets a hash of all of it. */
export function baseOf(name: string, length: number): string {
  if (name.length <= length) return name;
  const hash = `-${shortHash(name)}`;
  return `${name.slice(0, length - hash.length)}${hash}`;
}

/** Returns the random part of a name of a rebuild; empty where it has none. */
export function randomOf(name: string): string {
  return /-lxops-(?:new|old)-([a-z0-9]+)$/.exec(name)?.[1] ?? "";
}

/** Returns a text with the random part of its names replaced by zeros. */
export function shownNames(text: string, random: string | undefined): string {
  const parts = [NEW, OLD, "lxops-rebuild", THROW_AWAY].map((part) =>
    [`${part}-${randomPart(random)}`, `${part}-${SHOWN_RANDOM}`] as const
  );
  return parts.reduce((shown, [from, to]) => shown.replaceAll(from, to), text);
}

/**
 * Tells whether a name may be that of one that replaces, or is replaced by, the instance `name`: `perhaps` where it was
 * cut, and could be that of another one.
 */
export function isSwapNameOf(candidate: string, name: string): "yes" | "perhaps" | "no" {
  const match = SWAP_NAME.exec(candidate);
  if (!match) return "no";
  const base = candidate.slice(0, match.index);
  if (candidate.length < NAME_LIMIT) return base === name ? "yes" : "no";
  // An earlier lxops cut names without a hash.
  return base === baseOf(name, base.length) || name.startsWith(base) ? "perhaps" : "no";
}

/** The parts of an instance that identify its owner. */
export type Named = Pick<InstanceInfo, "name" | "config"> & Partial<Pick<InstanceInfo, "status">>;

/**
 * Tells whether an instance is a part in the rebuild of the instance `name`: `perhaps` where neither its mark, which an
 * earlier lxops did not set, nor its name tells. One that a user has renamed is known by its marks.
 */
export function isPartOf(info: Named, name: string): "yes" | "perhaps" | "no" {
  const { name: own, config } = info;
  const byName = isSwapNameOf(own, name);
  const mark = config[OF_MARK] ?? "";
  if (mark === name && isPartByMarks(info)) return "yes";
  if (byName === "no" || mark === "") return byName;
  return mark === name ? "yes" : "no";
}

/** Tells whether an instance is the instance `name`, or surely a part in its rebuild. */
export function isNameOf(info: Named, name: string): boolean {
  return info.name === name || isPartOf(info, name) === "yes";
}

/** Tells the same of an instance of which only the name may be known, as in a list of users. */
export function isKnownNameOf(
  ref: InstanceRef,
  name: string,
  { instances }: Pick<World, "instances">,
): boolean {
  return isNameOf(instances.get(objectKey(ref.project, ref.name)) ?? { ...ref, config: {} }, name);
}

/** Tells whether a name is that of an instance whose place another one takes or took. */
export function isOldName(name: string): boolean {
  return SWAP_NAME.exec(name)?.[0].startsWith(OLD) ?? false;
}

/** Tells whether a part in a rebuild is one whose place another one takes or took, whatever it is called now. */
export function isOldPart(info: Named): boolean {
  const role = roleOf(info);
  if (role === undefined) return isOldName(info.name);
  return role === "old" || role === "kept" || role === "spare";
}

/** Returns the instance of a name in a list of one project, and then the parts in its rebuild. */
export function findNamed<T extends Named>(
  instances: readonly T[],
  name: string,
  isPart: (info: T) => boolean = (info) => isPartOf(info, name) === "yes",
): readonly T[] {
  const rank = (info: T) => info.name === name ? 0 : isOldPart(info) ? 2 : 1;
  return instances.filter((info) => info.name === name || isPart(info)).sort((a, b) => rank(a) - rank(b));
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
