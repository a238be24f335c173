/** The part that an ordinary run takes of tests that would take too long in full. */

/** Tells whether a run takes everything. */
export function isWhole(): boolean {
  return Deno.env.get("LXOPS_TEST_CUTS") === "all";
}

/** Tells whether a run takes an item of which it takes one in `every`, another one at the next commit. */
export function isTaken(index: number, every: number): boolean {
  return isWhole() || (index + sample()) % every === 0;
}

/** Returns a number that moves with each commit, so that several runs take everything. */
export function sample(): number {
  return Number.parseInt((Deno.env.get("LXOPS_TEST_SAMPLE") || "0").slice(0, 8), 16);
}
