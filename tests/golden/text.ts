/** Compares text with golden files, and writes those anew where the environment asks for it. */
import { assertEquals } from "@std/assert";

/**
 * Asserts that text equals a golden file. `UPDATE_GOLDEN=1` writes the file first; that is refused where `CI` is set,
 * because a run that writes its own expectations cannot fail.
 */
export async function assertGoldenText(
  actual: string,
  golden: URL,
  env: (name: string) => string | undefined = (name) => Deno.env.get(name),
): Promise<void> {
  if (env("UPDATE_GOLDEN")) {
    if (env("CI")) throw new Error("Cannot update golden files: CI is set");
    await Deno.mkdir(new URL(".", golden), { recursive: true });
    await Deno.writeTextFile(golden, actual);
  }
  assertEquals(actual, await Deno.readTextFile(golden));
}
