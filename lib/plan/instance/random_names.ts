/**
 * Random parts of names, and the names of throw-away instances.
 *
 * @module
 */

const LENGTH = 6;

/** Stands for the random part of a name where a plan is only shown. */
export const SHOWN_RANDOM = "0".repeat(LENGTH);

/** Prefix of an instance that exists as long as a program runs in it. */
export const THROW_AWAY = "run";

/** Returns the part of a name that a random text gives; absent: the plan is only shown. */
export function randomPart(random: string | undefined): string {
  return random?.replaceAll(/[^a-z0-9]/g, "").slice(0, LENGTH) || SHOWN_RANDOM;
}

/** Returns a name for an instance that lives as long as a program runs in it. */
export function throwAwayName(random: string | undefined): string {
  return `${THROW_AWAY}-${randomPart(random)}`;
}

/**
 * Returns a name for the instance that an image is built in: that of a throw-away instance with an ending, which tells
 * those of one command apart.
 */
export function buildName(random: string | undefined, index: number): string {
  return `${throwAwayName(random)}-image${index === 0 ? "" : `-${index + 1}`}`;
}
