/**
 * Sizes as texts.
 *
 * @module
 */

/** Returns a number of bytes as `du -h` prints it. */
export function sizeText(bytes: number): string {
  let size = bytes;
  const units = ["B", "K", "M", "G", "T", "P"];
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes}` : `${size < 10 ? size.toFixed(1) : size.toFixed(0)}${units[unit]}`;
}
