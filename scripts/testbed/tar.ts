/**
 * Writes tar archives in memory: an image of a megabyte needs no directory tree, no root and no tar program.
 *
 * @module
 */

/** Member of an archive; parents come first. */
export type Entry =
  | { readonly path: string; readonly kind: "directory"; readonly mode?: number }
  | {
    readonly path: string;
    readonly kind: "file";
    readonly content: string | Uint8Array;
    readonly mode?: number;
  }
  /** The target of a hard link is the path of an earlier member. */
  | { readonly path: string; readonly kind: "symlink" | "link"; readonly target: string };

const BLOCK = 512;
const TYPE = { file: "0", link: "1", symlink: "2", directory: "5" } as const;
const MODE = { file: 0o644, link: 0o755, symlink: 0o777, directory: 0o755 } as const;

/** Packs entries into an uncompressed ustar archive, all owned by root and of one date, in seconds since 1970. */
export function tar(entries: readonly Entry[], time = 1_700_000_000): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const content = entry.kind !== "file"
      ? new Uint8Array()
      : typeof entry.content === "string"
      ? encoder.encode(entry.content)
      : entry.content;
    parts.push(
      header(entry, content.length, time),
      content,
      new Uint8Array((BLOCK - content.length % BLOCK) % BLOCK),
    );
  }
  parts.push(new Uint8Array(2 * BLOCK));
  const archive = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    archive.set(part, offset);
    offset += part.length;
  }
  return archive;
}

function header(entry: Entry, size: number, time: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (offset: number, length: number, text: string) => {
    if (text.length > length) throw new RangeError(`Cannot pack "${entry.path}": "${text}" is too long`);
    new TextEncoder().encodeInto(text, block.subarray(offset, offset + length));
  };
  const octal = (value: number, length: number) => value.toString(8).padStart(length - 1, "0");
  const mode = ("mode" in entry ? entry.mode : undefined) ?? MODE[entry.kind];
  put(0, 100, entry.kind === "directory" ? `${entry.path}/` : entry.path);
  put(100, 8, octal(mode, 8));
  put(108, 8, octal(0, 8));
  put(116, 8, octal(0, 8));
  put(124, 12, octal(size, 12));
  put(136, 12, octal(time, 12));
  put(148, 8, " ".repeat(8));
  put(156, 1, TYPE[entry.kind]);
  if ("target" in entry) put(157, 100, entry.target);
  put(257, 8, "ustar\x0000");
  put(265, 32, "root");
  put(297, 32, "root");
  put(148, 8, `${octal(block.reduce((sum, byte) => sum + byte, 0), 7)}\0 `);
  return block;
}
