/**
 * The words of HTTP/1.1: how an answer's body ends, and text among bytes.
 *
 * @module
 */

/** The other side fell silent in the middle of an answer. */
export class StalledError extends Error {
  readonly seconds: number;

  constructor(seconds: number) {
    super(`nothing came for ${seconds} s`);
    this.seconds = seconds;
  }
}

/** Bytes of one's own memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** How the body of an answer ends. */
export type Framing = { readonly kind: "length"; readonly bytes: number } | {
  readonly kind: "chunked" | "end";
};

/** How the body of an answer ends, as its head tells. */
export function framingOf(status: number, headers: ReadonlyMap<string, string>): Framing {
  if (isBodiless(status)) return { kind: "length", bytes: 0 };
  if (/\bchunked\b/i.test(headers.get("transfer-encoding") ?? "")) return { kind: "chunked" };
  const length = headers.get("content-length");
  if (length === undefined) return { kind: "end" };
  if (!/^\d{1,15}$/.test(length)) throw new Error(`"${length}" is not the length of an answer`);
  return { kind: "length", bytes: Number(length) };
}

function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}

/** The size that the first line of a chunk tells. */
export function chunkSize(line: string): number {
  const size = /^([0-9a-f]{1,12})[ \t]*(;.*)?$/i.exec(line)?.[1];
  if (size === undefined) throw new Error(`"${line.slice(0, 80)}" is not the size of a chunk`);
  return Number.parseInt(size, 16);
}

/** Puts bytes behind one another. */
export function joined(a: Uint8Array, b: Uint8Array): Bytes {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

/** Text as bytes. */
export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Where a mark begins, or -1. */
export function indexOf(bytes: Uint8Array, mark: string): number {
  const first = mark.charCodeAt(0);
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let length = 1;
    while (length < mark.length && bytes[at + length] === mark.charCodeAt(length)) length++;
    if (length === mark.length) return at;
  }
  return -1;
}

/** Bytes as text, a character each; not by a TextDecoder, whose "latin1" has characters that no header may have. */
export function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
