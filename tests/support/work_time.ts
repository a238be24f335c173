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

/**
 * How long the programs have worked that this process has waited for, in milliseconds, on all processors together; or
 * the time of day.
 */
export function childrenTime(): number {
  try {
    // Behind the name of the program, which may have spaces; in hundredths of a second on every machine that there is.
    const fields = Deno.readTextFileSync("/proc/self/stat").replace(/^.*\) /s, "").split(" ");
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return performance.now();
  }
}
