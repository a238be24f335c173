/**
 * Streams the parts of a `multipart/form-data` body: an image may be larger than the memory.
 *
 * @module
 */
import { ServerError } from "../../base/errors.ts";
import { concat } from "../../base/bytes.ts";

/** The target of a part. */
export interface PartSink {
  write(chunk: Uint8Array): Promise<void>;
  /** Called for every part after the last one has arrived. */
  done(): Promise<void>;
  drop(): Promise<void>;
}

/** Writes each part of a body into a sink of its own; where it is not whole, none of them stays. */
export async function writeParts(
  body: ReadableStream<Uint8Array>,
  boundary: string,
  open: (index: number, head: string) => Promise<PartSink>,
): Promise<void> {
  const sinks: PartSink[] = [];
  try {
    const chunks = body[Symbol.asyncIterator]();
    const delimiter = new TextEncoder().encode(`\r\n--${boundary}`);
    // The first delimiter has no line before it.
    let buffer: Uint8Array = new Uint8Array([13, 10]);
    let sink: PartSink | undefined;
    for (;;) {
      const at = indexOf(buffer, delimiter);
      if (at >= 0) {
        await sink?.write(buffer.subarray(0, at));
        buffer = buffer.subarray(at + delimiter.length);
        let head = latin1(buffer);
        while (!head.startsWith("--") && !head.includes("\r\n\r\n")) {
          buffer = await more(chunks, buffer);
          head = latin1(buffer);
        }
        if (head.startsWith("--")) break;
        const end = head.indexOf("\r\n\r\n") + 4;
        buffer = buffer.subarray(end);
        sink = await open(sinks.length, head.slice(0, end));
        sinks.push(sink);
        continue;
      }
      // Bytes that may begin a delimiter are kept until more arrive.
      const sure = Math.max(0, buffer.length - delimiter.length);
      if (sink && sure > 0) {
        await sink.write(buffer.subarray(0, sure));
        buffer = buffer.slice(sure);
      }
      buffer = await more(chunks, buffer);
    }
    for (const one of sinks) await one.done();
  } catch (error) {
    for (const one of sinks) await one.drop();
    throw error;
  }
}

async function more(chunks: AsyncIterator<Uint8Array>, buffer: Uint8Array): Promise<Uint8Array> {
  const next = await chunks.next();
  if (next.done) throw new ServerError("The image download was cut short");
  return concat([buffer, next.value]);
}

function indexOf(buffer: Uint8Array, part: Uint8Array): number {
  for (let at = buffer.indexOf(part[0]!); at >= 0; at = buffer.indexOf(part[0]!, at + 1)) {
    if (at + part.length > buffer.length) return -1;
    let length = 1;
    while (length < part.length && buffer[at + length] === part[length]) length++;
    if (length === part.length) return at;
  }
  return -1;
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes.subarray(0, 8192));
}
