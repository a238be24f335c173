/**
 * Suggestions for misspelt names: the nearest known names.
 *
 * @module
 */

const LONGEST = 64;

/** Long names that share a beginning and an end may still be meant to differ. */
const MOST_EDITS = 3;

/** Counts the edits (insert, delete, replace, swap of neighbours) between two words. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ .]/g, "");
}

/** Returns the candidate that resembles a word most, if any resembles it at all. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length === 0 || word.length > LONGEST) return undefined;
  const target = plain(word);
  let best: string | undefined;
  let bestCost = Math.max(1, Math.min(MOST_EDITS, Math.floor(target.length / 3))) + 1;
  for (const candidate of candidates) {
    if (candidate === word || candidate.length > LONGEST) continue;
    const other = plain(candidate);
    const cost = other === target || `${other}s` === target || other === `${target}s`
      ? 0
      : distance(target, other);
    if (cost < bestCost && cost < other.length) [best, bestCost] = [candidate, cost];
  }
  return best;
}

/** Renders a suggestion as the end of a message, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates);
  return found === undefined ? "" : `; did you mean "${found}"?`;
}
