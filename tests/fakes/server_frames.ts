/** The server's side of websocket frames: unmasked out, masked in. Written apart from the client's, to test it. */

/** Returns a frame as a server sends it. */
export function serverFrame(opcode: number, payload: string | Uint8Array, last = true): Uint8Array {
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const size = bytes.length;
  const length = size < 126
    ? [size]
    : size < 65536
    ? [126, size >> 8, size & 255]
    : [127, 0, 0, 0, 0, size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255];
  return new Uint8Array([...[(last ? 0x80 : 0) | opcode], ...length, ...bytes]);
}

/** A frame as the client sent it. */
export interface ClientFrame {
  readonly opcode: number;
  readonly payload: Uint8Array;
}

/** Takes one frame off the front of some bytes; `undefined` where it is not whole yet. */
export function takeClientFrame(data: Uint8Array): { frame: ClientFrame; rest: Uint8Array } | undefined {
  const [first = 0, second = 0] = data;
  if (data.length < 2) return undefined;
  if ((second & 0x80) === 0) throw new Error("a client must mask its frames");
  const short = second & 0x7f;
  const start = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
  if (data.length < start + 4) return undefined;
  const size = short < 126 ? short : data.slice(2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  const end = start + 4 + size;
  if (data.length < end) return undefined;
  const mask = data.subarray(start, start + 4);
  const payload = data.slice(start + 4, end).map((byte, index) => byte ^ mask[index % 4]!);
  return { frame: { opcode: first & 15, payload }, rest: data.slice(end) };
}
