/**
 * Filters of lists by name.
 *
 * @module
 */

/**
 * Tells whether a name fits one of the filters: it has a filter in it or, where a filter has `*` or `?`, fits it as a
 * whole. Capital letters do not matter. Without filters every name fits.
 */
export function fitsName(names: string | readonly string[], filters: readonly string[]): boolean {
  if (filters.length === 0) return true;
  return [names].flat().some((name) =>
    filters.some((filter) => fits(name.toLowerCase(), filter.toLowerCase()))
  );
}

function fits(name: string, filter: string): boolean {
  if (!isPattern(filter)) return name.includes(filter);
  const source = filter.split(/([*?])/).map((part) =>
    part === "*" ? ".*" : part === "?" ? "." : part.replaceAll(/[\\^$.+()[\]{}|/-]/g, (found) => `\\${found}`)
  ).join("");
  return new RegExp(`^${source}$`, "su").test(name);
}

/** Tells whether a word is a pattern. */
export function isPattern(word: string): boolean {
  return /[*?]/.test(word);
}
