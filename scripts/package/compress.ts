/**
 * Compression that gives the same bytes for the same input.
 *
 * @module
 */
import { gzip } from "node:zlib";
import { BuildError } from "../build/compile.ts";

/** Ways to compress; `none` is for tests. */
export type Compression = "gzip" | "xz" | "none";

/** Suffixes of file names. */
export const SUFFIX: Readonly<Record<Compression, string>> = { gzip: ".gz", xz: ".xz", none: "" };

/**
 * Arguments of xz. The two programs are nearly the same and stand behind each other: a dictionary larger than one of
 * them halves the result. One thread gives the same bytes everywhere.
 */
const XZ: readonly string[] = ["-T1", "-c", "--check=crc32", "--lzma2=preset=2,dict=128MiB"];

/** Compresses text or bytes. */
export async function compressed(content: string | Uint8Array, how: Compression): Promise<Uint8Array> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  if (how === "none") return bytes;
  if (how === "xz") return await byProgram("xz", XZ, bytes);
  return await new Promise((resolve, reject) =>
    gzip(bytes, { level: 9 }, (error, result) => error ? reject(error) : resolve(sealed(result)))
  );
}

/** Names no operating system in the header, as `gzip` would name that of the build. */
function sealed(result: Uint8Array): Uint8Array {
  result[9] = 255;
  return result;
}

async function byProgram(program: string, args: readonly string[], bytes: Uint8Array): Promise<Uint8Array> {
  try {
    const child = new Deno.Command(program, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writing = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeTo(child.stdin);
    const [{ code, stdout, stderr }] = await Promise.all([child.output(), writing]);
    if (code !== 0) throw new BuildError(`${program} failed: ${new TextDecoder().decode(stderr).trim()}`);
    return stdout;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new BuildError(`Packages need the program ${program}: apt install xz-utils`);
  }
}
