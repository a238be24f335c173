/**
 * System calls that replace programs of the host where lxops is root: starting a program takes 4 ms. Unusual cases are
 * left to the program, which then reports the error.
 *
 * @module
 */

/** Does the work of a program, and returns whether it is done. If not, the program can still be run. */
export async function inProcess([name, ...args]: readonly string[]): Promise<boolean> {
  // Programs run in "/".
  if (!args.slice(args.indexOf("--") + 1).every((path) => path.startsWith("/"))) return false;
  try {
    if (name === "mkdir" && args[0] === "-p" && args[1] === "-m" && args[3] === "--") {
      return await makeDirectories(args.slice(4), parseInt(args[2]!, 8));
    }
    if (name === "mv" && args[0] === "-T" && args[1] === "--" && args.length === 4) {
      // As `mv -T`, rename(2) follows no link in the last place, and replaces no directory that has something in it.
      await Deno.rename(args[2]!, args[3]!);
      return true;
    }
  } catch {
    // The program tries it again, and tells why it fails.
  }
  return false;
}

/** Makes directories where nothing is yet; mkdir(2) follows no link in the last place, and changes nothing that exists. */
async function makeDirectories(paths: readonly string[], mode: number): Promise<boolean> {
  for (const [index, path] of paths.entries()) {
    await Deno.mkdir(path, { mode });
    if (index > 0) continue;
    const made = await Deno.lstat(path);
    if (((made.mode ?? 0) & 0o777) === mode) continue;
    // The process's mask, or rights that a directory inherits; only the program disregards them.
    await Deno.remove(path);
    return false;
  }
  return true;
}
