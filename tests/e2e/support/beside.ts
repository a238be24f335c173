/** Names of the instances that rebuilds leave. */

/** Length of the longest name that is not cut where a rebuild makes a name of it, and what is left of a longer one. */
const [LONGEST_WHOLE, LONGEST_CUT] = [46, 37];

/** Tells whether an instance has the name of one that a rebuild of another one left. */
export function isBeside(one: string, name: string): boolean {
  return one.startsWith(name.length > LONGEST_WHOLE ? name.slice(0, LONGEST_CUT) : `${name}-lxops-`) &&
    one.includes("-lxops-");
}
