/**
 * Values that take long to make and are not needed at once: a plan is made before the first change, and what of it
 * is only sent later can be worked out while the daemon works.
 *
 * @module
 */

/** Gives a value that is made when it is asked for first; `make` has to be pure. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
