/**
 * How long this thread has worked, in milliseconds: what else the machine does makes no difference, as it would to
 * the time of day. Where the kernel does not tell, it is the latter.
 */
export function workTime(): number {
  try {
    return Number(Deno.readTextFileSync("/proc/thread-self/schedstat").split(" ")[0]) / 1e6;
  } catch {
    return performance.now();
  }
}
