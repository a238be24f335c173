/**
 * Limits, names and parallel work that copies into and out of an instance have in common.
 *
 * @module
 */

/** Number of directories that are read, or files that are copied, at the same time. */
export const AT_ONCE = 8;
/** Largest number of bytes that a request reads or writes. */
export const PIECE = 32 * 1024;
/** Number of pieces of one file that are asked for at the same time. */
export const PIECES = 16;

/** Does something with each item, several at a time; where one fails, ends those that are begun and raises its error. */
export async function each<T>(
  items: readonly T[],
  atOnce: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const errors: unknown[] = [];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (const item of queue) {
      if (errors.length > 0) return;
      await act(item).catch((error) => errors.push(error));
    }
  }));
  if (errors.length > 0) throw errors[0];
}

/** Returns a temporary name for a copy until it is complete. */
export function randomName(name: string, random: string = crypto.randomUUID()): string {
  return `.${name.slice(0, 100)}.lxops-${random}`;
}

/** Returns whole mebibytes. */
export function mebibytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}
