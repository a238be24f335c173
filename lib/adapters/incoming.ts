/**
 * Bytes that a daemon sends, on their way into files.
 *
 * @module
 */

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
  const opened = await Deno.open(path, { write: true, createNew: true, mode });
  return {
    async write(chunk: Uint8Array) {
      for (let rest = chunk; rest.length > 0;) rest = rest.subarray(await opened.write(rest));
    },
    async done() {
      opened.close();
      await Deno.rename(path, file);
    },
    async drop() {
      opened.close();
      await Deno.remove(path).catch(() => {});
    },
  };
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
