/**
 * Bytes that a daemon sends, on their way into files.
 *
 * @module
 */
import { LxopsError, reasonOf } from "../../base/errors.ts";

/** Writes what a daemon sends into a file, beside it first: so one that is there is whole. */
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

/** Opens the file beside another one that becomes it in the end. */
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

/** Says of what the machine refuses for which file that was. */
async function named<T>(file: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw new LxopsError(`Cannot write "${file}": ${reasonOf(error)}`, [], { cause: error });
  }
}

/** Passes bytes on and tells of every MiB. */
export function counter(tell: (text: string) => void): TransformStream<Uint8Array, Uint8Array> {
  const step = 1024 * 1024;
  let size = 0;
  return new TransformStream({
    transform(chunk, controller) {
      const before = Math.floor(size / step);
      size += chunk.length;
      if (Math.floor(size / step) > before) tell(`${Math.floor(size / step)} MiB`);
      controller.enqueue(chunk);
    },
  });
}
