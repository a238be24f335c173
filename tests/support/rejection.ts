/** The error that a promise was rejected with. */

/** Returns the error of a promise, which must be of the given class. */
export async function rejection<E extends Error>(
  promise: Promise<unknown>,
  errorClass: new (...args: never[]) => E,
): Promise<E> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (error instanceof errorClass) return error;
    throw error;
  }
  throw new Error(`Expected ${errorClass.name}, got ${Deno.inspect(value)}`);
}
