/** Facilities of the machine that tests need. */

/** Returns the path of a program that is installed. */
export function installed(path: string): string | undefined {
  try {
    return Deno.statSync(path).isFile ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Tells whether the kernel has ZFS. */
export function hasKernelZfs(): boolean {
  try {
    Deno.statSync("/dev/zfs");
    return true;
  } catch {
    return false;
  }
}
