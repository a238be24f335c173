/**
 * Limits for YAML documents: with aliases, a few lines can stand for billions of values.
 *
 * @module
 */

const DEEPEST = 100;
/** The most values that aliases can add to those in the text. */
const MOST_ALIASED = 100_000;
const CHARACTERS_PER_VALUE = 64;

/** Explains how a parsed document exceeds the limits; returns `undefined` if it does not. */
export function excess(data: unknown): string | undefined {
  const weights = new Map<object, number>();
  const open = new Set<object>();
  let written = 0;

  function weigh(node: unknown, depth: number): number {
    if (typeof node === "string") return 1 + node.length / CHARACTERS_PER_VALUE;
    if (typeof node !== "object" || node === null) return 1;
    const known = weights.get(node);
    if (known !== undefined) return known;
    if (open.has(node)) throw new Excess("an anchor contains an alias of itself");
    if (depth > DEEPEST) throw new Excess(`nested more than ${DEEPEST} levels deep`);
    open.add(node);
    let weight = 1;
    for (const value of Object.values(node)) {
      const inner = weigh(value, depth + 1);
      weight += inner;
      written += typeof value === "object" && value !== null ? 1 : inner;
    }
    open.delete(node);
    weights.set(node, weight);
    return weight;
  }

  try {
    const total = weigh(data, 0);
    return total - written > MOST_ALIASED ? "its aliases expand to too many values" : undefined;
  } catch (error) {
    if (error instanceof Excess) return error.message;
    throw error;
  }
}

class Excess extends Error {}

/** Reports whether a document has more values than a limit; those of aliases count each time. */
export function hasMoreValues(data: unknown, limit: number): boolean {
  let left = limit;
  const count = (node: unknown): boolean => {
    if (left-- <= 0) return true;
    return typeof node === "object" && node !== null && Object.values(node).some(count);
  };
  return count(data);
}
