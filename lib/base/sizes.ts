/**
 * Texts for sizes in bytes, and for counts.
 *
 * @module
 */
const LETTERS = ["", "K", "M", "G", "T", "P"] as const;

/** Splits a number of bytes into a number below 1024 and its unit. */
function scaled(bytes: number): readonly [size: number, letter: string] {
  const power = bytes < 1024 ? 0 : Math.min(LETTERS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return [bytes / 1024 ** power, LETTERS[power]!];
}

/** Returns a number of bytes as the clients of both daemons print it: `1.5KiB`. */
export function sizeText(bytes: number): string {
  const [size, letter] = scaled(bytes);
  return letter === "" ? `${bytes}B` : `${size.toFixed(1)}${letter}iB`;
}

/**
 * Returns the number of bytes that a text like `500MiB`, `2G` or `1.5GB` means, as both daemons read it; `undefined` where
 * it means none.
 */
export function parseSize(text: string): number | undefined {
  const [, digits, letter = "", unit = ""] = /^(\d+(?:\.\d+)?) ?([KMGTP]?)(i?B)?$/i.exec(text.trim()) ?? [];
  if (digits === undefined) return undefined;
  const base = unit.toUpperCase() === "B" ? 1000 : 1024;
  return Math.floor(Number(digits) * base ** LETTERS.findIndex((one) => one === letter.toUpperCase()));
}

/** Returns a number of bytes as `du -h` and `zfs list` print it: `1.5K`; columns beside theirs look alike. */
export function shortSizeText(bytes: number): string {
  const [size, letter] = scaled(bytes);
  return letter === "" ? `${bytes}` : `${size < 10 ? size.toFixed(1) : size.toFixed(0)}${letter}`;
}

/** Reads the number of bytes that `du` prints first. */
export function bytesOf(text: string): number[] {
  const [digits] = /^\d+(?=\t)/.exec(text) ?? [];
  return digits === undefined ? [] : [Number(digits)];
}

/** Returns a number with its noun: `1 snapshot`, `2 snapshots`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
