/**
 * Frames of the websocket protocol (RFC 6455), as a client writes and reads them.
 *
 * @module
 */

/** Kinds of frames. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A frame that was received. */
export interface Frame {
  readonly opcode: number;
  /** True for the last frame of a message. */
  readonly last: boolean;
  readonly payload: Uint8Array;
}

/** The largest payload; no message of a daemon is as large. */
const PAYLOAD_LIMIT = 16 * 1024 * 1024;

/** Encodes a whole message as one masked frame. */
export function encodeFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const length = payload.length;
  const extended = length < 126 ? 0 : length < 65536 ? 2 : 8;
  const frame = new Uint8Array(2 + extended + 4 + length);
  const view = new DataView(frame.buffer);
  view.setUint8(0, 0x80 | opcode);
  view.setUint8(1, 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127));
  if (extended === 2) view.setUint16(2, length);
  if (extended === 8) view.setBigUint64(2, BigInt(length));
  const mask = crypto.getRandomValues(frame.subarray(2 + extended, 6 + extended));
  const body = frame.subarray(6 + extended);
  for (let index = 0; index < length; index++) body[index] = payload[index]! ^ mask[index & 3]!;
  return frame;
}

/** A reader that builds frames from chunks of bytes, and throws a `RangeError` on bytes that no daemon sends. */
export class FrameReader {
  #buffer = new Uint8Array(0);
  /** The number of bytes of the buffer that are filled. */
  #size = 0;

  /** Takes a chunk and returns the frames that it completes. */
  push(chunk: Uint8Array): readonly Frame[] {
    // Frames that were returned hold parts of their buffer, so that the next ones begin in another.
    if (this.#size === 0) this.#buffer = chunk.slice();
    else this.#append(chunk);
    this.#size += chunk.length;
    const data = this.#buffer.subarray(0, this.#size);
    const frames: Frame[] = [];
    let offset = 0;
    for (let next = readFrame(data, 0); next !== undefined; next = readFrame(data, offset)) {
      frames.push(next.frame);
      offset = next.end;
    }
    if (offset > 0) {
      this.#buffer = data.slice(offset);
      this.#size = this.#buffer.length;
    }
    return frames;
  }

  /** A buffer that is too small is doubled, so that a large frame is not copied for each chunk of it. */
  #append(chunk: Uint8Array): void {
    const needed = this.#size + chunk.length;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#buffer.length));
      larger.set(this.#buffer.subarray(0, this.#size));
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#size);
  }
}

function readFrame(data: Uint8Array, offset: number): { frame: Frame; end: number } | undefined {
  const view = new DataView(data.buffer, data.byteOffset + offset, data.length - offset);
  if (view.byteLength < 2) return undefined;
  const first = view.getUint8(0);
  const second = view.getUint8(1);
  if ((first & 0x70) !== 0 || (second & 0x80) !== 0) throw new RangeError("not a websocket's frame");
  const short = second & 0x7f;
  const extended = short < 126 ? 0 : short === 126 ? 2 : 8;
  if (view.byteLength < 2 + extended) return undefined;
  const length = extended === 0 ? short : extended === 2 ? view.getUint16(2) : Number(view.getBigUint64(2));
  if (length > PAYLOAD_LIMIT) throw new RangeError(`a frame of ${length} bytes`);
  const start = offset + 2 + extended;
  if (data.length < start + length) return undefined;
  const payload = data.subarray(start, start + length);
  return { frame: { opcode: first & 0x0f, last: (first & 0x80) !== 0, payload }, end: start + length };
}
