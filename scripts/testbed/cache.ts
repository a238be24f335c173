/**
 * A cache of files that take long to make.
 *
 * @module
 */
import { join } from "@std/path";
import { locked } from "./place.ts";

function cacheDir(): string {
  const home = Deno.env.get("XDG_CACHE_HOME") || join(Deno.env.get("HOME") || "/root", ".cache");
  return join(home, "lxops-testbed");
}

/**
 * Returns a file of the cache, which is made first if it does not exist. Its name has a digest of the recipe that it is
 * made by. Processes that need the same file wait for the first of them.
 */
export async function cached(
  name: string,
  ending: string,
  recipe: string,
  make: (target: string, dir: string) => Promise<void>,
): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(recipe)));
  const path = join(cacheDir(), `${name}-${digest.toHex().slice(0, 16)}${ending}`);
  if (await Deno.stat(path).then(() => true, () => false)) return path;
  const own = join(cacheDir(), `${name}.lock`);
  await Deno.mkdir(own, { recursive: true });
  return await locked(own, () => makeOnce(path, name, make));
}

async function makeOnce(
  path: string,
  name: string,
  make: (target: string, dir: string) => Promise<void>,
): Promise<string> {
  if (await Deno.stat(path).then(() => true, () => false)) return path;
  const work = await Deno.makeTempDir({ dir: cacheDir(), prefix: `${name}-` });
  try {
    await make(join(work, "made"), work);
    await Deno.rename(join(work, "made"), path);
    return path;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}
