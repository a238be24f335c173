/**
 * The file that `sha256sum -c` reads.
 *
 * @module
 */

/** Returns a line of a checksum file. */
export function checksumLine(name: string, digest: Uint8Array): string {
  return `${digest.toHex()}  ${name}\n`;
}

/** Checksums of files of a directory, sorted by name. */
export async function checksums(directory: string, names: readonly string[]): Promise<string> {
  let text = "";
  for (const name of names.toSorted()) {
    const bytes = await Deno.readFile(`${directory}/${name}`);
    text += checksumLine(name, new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  }
  return text;
}
