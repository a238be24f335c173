/** Datasets of the test's pool. */

/** Returns the names of a pool and of the datasets directly below it. */
export async function datasetsIn(pool: string | undefined): Promise<readonly string[]> {
  if (!pool) return [];
  const { stdout } = await new Deno.Command("zfs", { args: ["list", "-H", "-o", "name", "-d", "1", pool] })
    .output();
  return new TextDecoder().decode(stdout).split("\n");
}

/** Destroys a dataset with those below it, if it can be. */
export async function zfsDestroy(dataset: string): Promise<void> {
  await new Deno.Command("zfs", { args: ["destroy", "-r", dataset], stderr: "null" }).output();
}
