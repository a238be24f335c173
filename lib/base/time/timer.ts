/**
 * A timer that keeps the process running no longer than it is wanted. `setTimeout` is Node's in Deno, and to load that
 * takes 5 ms, so that it is for those who wait anyway.
 *
 * @module
 */

/** Calls an action after some time, unless the returned function is called before. */
export function after(ms: number, action: () => void): () => void {
  const timer = AbortSignal.timeout(ms);
  timer.addEventListener("abort", action, { once: true });
  // Deno waits for a timer only as long as it has a listener.
  return () => timer.removeEventListener("abort", action);
}
