/**
 * A timer that keeps no program running. `setTimeout` is Node's in Deno, and to load that takes 5 ms, so that it is
 * for those who wait anyway.
 *
 * @module
 */

/** Calls an action after some time, unless what is returned is called before. */
export function after(ms: number, action: () => void): () => void {
  let wanted: (() => void) | undefined = action;
  AbortSignal.timeout(ms).addEventListener("abort", () => wanted?.(), { once: true });
  return () => {
    wanted = undefined;
  };
}
