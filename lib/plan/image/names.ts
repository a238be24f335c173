/**
 * Names of the instances that images are built in.
 *
 * @module
 */

const LENGTH = 6;

/**
 * Returns a name for the instance that an image is built in: that of a throw-away instance with an ending, which tells
 * those of one command apart. Scripts that are shown have zeros in the place of its random part, as of all such names.
 *
 * @param random absent where a plan is only shown
 */
export function buildName(random: string | undefined, index: number): string {
  const part = random?.replaceAll(/[^a-z0-9]/g, "").slice(0, LENGTH) || "0".repeat(LENGTH);
  return `run-${part}-image${index === 0 ? "" : `-${index + 1}`}`;
}
