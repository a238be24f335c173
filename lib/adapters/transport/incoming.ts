/**
 * Writes bytes that a daemon sends into files.
 *
 * @module
 */
import { LxopsError, reasonOf } from "../../base/errors.ts";
import type { OnProgress } from "../../ports/copy.ts";

/** Returns the number of bytes of an answer's body, where its headers tell it. */
export function lengthOf(headers: Pick<Headers, "get">): number | undefined {
  const length = Number(headers.get("Content-Length") ?? NaN);
  return Number.isSafeInteger(length) && length > 0 ? length : undefined;
}

/** Writes a body into a file, to a temporary one first, so that the file is always whole. */
export async function writeFile(
  file: string,
  body: ReadableStream<Uint8Array>,
  mode = 0o644,
): Promise<void> {
  const partial = await openPartial(file, mode);
  try {
    for await (const chunk of body) await partial.write(chunk);
    await partial.done();
  } catch (error) {
    await partial.drop();
    throw error;
  }
}

/** Opens the temporary file that replaces another one at the end. */
export async function openPartial(file: string, mode = 0o644) {
  const path = `${file}.partial-${crypto.randomUUID()}`;
  const opened = await named(file, Deno.open(path, { write: true, createNew: true, mode }));
  let isOpen = true;
  const close = () => {
    if (isOpen) opened.close();
    isOpen = false;
  };
  return {
    async write(chunk: Uint8Array) {
      for (let rest = chunk; rest.length > 0;) rest = rest.subarray(await opened.write(rest));
    },
    async done() {
      close();
      await named(file, Deno.rename(path, file));
    },
    async drop() {
      close();
      await Deno.remove(path).catch(() => {});
    },
  };
}

/** Adds the name of the file to errors of the operating system. */
async function named<T>(file: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw new LxopsError(`Cannot write "${file}": ${reasonOf(error)}`, [], { cause: error });
  }
}

/** Passes bytes on and reports every MiB, of a total where that is known. */
export function counter(tell: OnProgress, total?: number): TransformStream<Uint8Array, Uint8Array> {
  const step = 1024 * 1024;
  let size = 0;
  return new TransformStream({
    transform(chunk, controller) {
      const before = Math.floor(size / step);
      size += chunk.length;
      if (Math.floor(size / step) > before) {
        const amount = { bytes: size, ...(total === undefined ? {} : { total }) };
        tell(`${Math.floor(size / step)} MiB`, amount);
      }
      controller.enqueue(chunk);
    },
  });
}
