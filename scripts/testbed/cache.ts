/**
 * A cache of files that take long to make.
 *
 * @module
 */
import { join } from "@std/path";

function cacheDir(): string {
  const home = Deno.env.get("XDG_CACHE_HOME") || join(Deno.env.get("HOME") || "/root", ".cache");
  return join(home, "lxops-testbed");
}

/** Returns a file of the cache, made first where it is not there; what it is made of is part of its name. */
export async function cached(
  name: string,
  ending: string,
  recipe: string,
  make: (target: string, dir: string) => Promise<void>,
): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(recipe)));
  const path = join(cacheDir(), `${name}-${digest.toHex().slice(0, 16)}${ending}`);
  if (await Deno.stat(path).then(() => true, () => false)) return path;
  await Deno.mkdir(cacheDir(), { recursive: true });
  const work = await Deno.makeTempDir({ dir: cacheDir(), prefix: `${name}-` });
  try {
    await make(join(work, "made"), work);
    await Deno.rename(join(work, "made"), path);
    return path;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}
