/**
 * Returns the processor time of this thread in milliseconds, which does not depend on what else the machine does.
 * Returns the time of day where the kernel does not report it.
 */
export function workTime(): number {
  try {
    return Number(Deno.readTextFileSync("/proc/thread-self/schedstat").split(" ")[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

/**
 * Returns the processor time of the programs that this process has waited for, in milliseconds on all processors, or
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
