import { assert, assertEquals } from "@std/assert";
import { writeFile } from "../../../lib/run/tar/sparse.ts";
import { concat } from "../../../lib/base/bytes.ts";
import { endOfArchive } from "../../../lib/run/tar/write.ts";
import { chunks, filter, gather, headerOf } from "./archives.ts";

const MIB = 1024 * 1024;

/** Bytes with data at some places and zeros elsewhere. */
function content(size: number, data: readonly (readonly [at: number, size: number])[]): Uint8Array {
  const bytes = new Uint8Array(size);
  for (const [at, length] of data) bytes.fill(7, at, at + length);
  return bytes;
}

const CASES: readonly (readonly [title: string, bytes: Uint8Array, isSparse: boolean])[] = [
  ["nothing", new Uint8Array(), false],
  ["only zeros, few", new Uint8Array(20_000), false],
  ["only zeros, many", new Uint8Array(3 * MIB + 5), true],
  ["data at the end", content(2 * MIB + 3, [[2 * MIB, 3]]), true],
  ["data at the start", content(2 * MIB, [[0, 3]]), true],
  ["data at both ends", content(2 * MIB + 1, [[0, 5000], [2 * MIB - 5, 6]]), true],
  ["short runs of zeros", content(200_000, [[0, 1], [20_000, 1], [40_000, 160_000]]), false],
  ["several holes", content(3 * MIB, [[9000, 1], [MIB, 70_000], [2 * MIB + 100, 1]]), true],
  ["much data, then zeros", content(20 * MIB, [[0, 17 * MIB]]), false],
  ["a hole, much data, then zeros", content(22 * MIB, [[MIB, 17 * MIB]]), true],
];

for (const [title, bytes, isSparse] of CASES) {
  Deno.test(`writeFile() writes what GNU tar reads as the same file: ${title}`, async () => {
    const directory = await Deno.makeTempDir();
    try {
      const header = headerOf({
        path: "./file",
        data: bytes,
        uid: Deno.uid()!,
        gid: Deno.gid()!,
        mode: 0o600,
      });
      const archive = concat([await gather(writeFile(header, chunks(bytes, 100_000))), endOfArchive()]);
      assertEquals(archive.length % 512, 0);
      assertEquals(archive.length < bytes.length, isSparse);
      await filter("tar", ["-x", "-C", directory, "-f", "-"], archive);
      const found = await Deno.readFile(`${directory}/file`);
      assertEquals(found.length, bytes.length);
      assert(found.every((byte, at) => byte === bytes[at]), "the content is another");
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}
