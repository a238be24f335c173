/**
 * Reads a tar archive as it comes, in the formats that daemons write: ustar with PAX records, or GNU's. Names and
 * values need not be UTF-8, so they are kept as strings with one character for each byte.
 *
 * @module
 */
import { LxopsError } from "../../base/errors.ts";

/** Entry of an archive, without its data. */
export interface TarHeader {
  readonly path: string;
  /**
   * Type as in the archive: `0` file, `1` hard link, `2` symbolic link, `3` and `4` devices, `5` directory,
   * `6` pipe.
   */
  readonly type: string;
  readonly linkPath: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Seconds, with a fraction where the archive has one. */
  readonly mtime: string;
  readonly major: number;
  readonly minor: number;
  /** PAX records of extended attributes and ACLs. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** Size of an archive's blocks. */
export const BLOCK = 512;

const META_LIMIT = 16 * 1024 * 1024;
const ATTRIBUTE = /^SCHILY\.(xattr|acl)\./;

/** Converts bytes to a string with one character for each. */
export function toBinary(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return text;
}

/** Converts a string with one character for each byte to bytes. */
export function fromBinary(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A reader of an archive, entry by entry. */
export class TarReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);
  /** Bytes of the current entry's data that were not taken, and of the padding behind it. */
  #data = 0;
  #padding = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Returns the next entry; unread data of the one before is skipped. */
  async next(): Promise<TarHeader | undefined> {
    let records = new Map<string, string>();
    let long: { path?: string; link?: string } = {};
    for (;;) {
      await this.#skip();
      const block = await this.#block();
      if (block === undefined || block.every((byte) => byte === 0)) return undefined;
      const header = parseHeader(block);
      this.#data = header.size;
      this.#padding = (BLOCK - header.size % BLOCK) % BLOCK;
      switch (header.type) {
        case "g":
          continue;
        case "x":
          records = parseRecords(await this.#meta());
          continue;
        case "L":
          long = { ...long, path: (await this.#meta()).replace(/\0.*$/s, "") };
          continue;
        case "K":
          long = { ...long, link: (await this.#meta()).replace(/\0.*$/s, "") };
          continue;
      }
      const whole = withRecords(header, records, long);
      this.#data = whole.size;
      this.#padding = (BLOCK - whole.size % BLOCK) % BLOCK;
      return whole;
    }
  }

  /** The data of the current entry. */
  async *data(): AsyncGenerator<Uint8Array> {
    while (this.#data > 0) {
      const chunk = await this.#take(this.#data);
      this.#data -= chunk.length;
      yield chunk;
    }
  }

  /** Ends the source where it is not wanted to its end. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #skip(): Promise<void> {
    for (let left = this.#data + this.#padding; left > 0;) left -= (await this.#take(left)).length;
    this.#data = this.#padding = 0;
  }

  async #meta(): Promise<string> {
    if (this.#data > META_LIMIT) throw broken("has a header that is too large");
    let text = "";
    for await (const chunk of this.data()) text += toBinary(chunk);
    return text;
  }

  async #block(): Promise<Uint8Array | undefined> {
    if (this.#rest.length === 0 && !await this.#more()) return undefined;
    const block = new Uint8Array(BLOCK);
    for (let at = 0; at < BLOCK;) {
      const chunk = await this.#take(BLOCK - at);
      block.set(chunk, at);
      at += chunk.length;
    }
    return block;
  }

  /** Returns some bytes, at most `limit`. */
  async #take(limit: number): Promise<Uint8Array> {
    if (this.#rest.length === 0 && !await this.#more()) throw broken("ends in the middle");
    const chunk = this.#rest.subarray(0, limit);
    this.#rest = this.#rest.subarray(chunk.length);
    return chunk;
  }

  async #more(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#source.next();
      if (done) return false;
      this.#rest = value;
      if (value.length > 0) return true;
    }
  }
}

function broken(what: string): LxopsError {
  return new LxopsError(`The daemon's archive ${what}`, ["Try again; the daemon's log may tell why"]);
}

function parseHeader(block: Uint8Array): TarHeader {
  const field = (at: number, size: number) => toBinary(block.subarray(at, at + size)).replace(/\0.*$/s, "");
  const sum = block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (sum !== parseNumber(block.subarray(148, 156))) throw broken("is damaged");
  const posix = field(257, 6) === "ustar";
  const prefix = posix && block[262] === 0 ? field(345, 155) : "";
  const number = (at: number, size: number) => parseNumber(block.subarray(at, at + size));
  return {
    path: prefix ? `${prefix}/${field(0, 100)}` : field(0, 100),
    type: block[156] === 0 ? "0" : String.fromCharCode(block[156]!),
    linkPath: field(157, 100),
    mode: number(100, 8) & 0o7777,
    uid: number(108, 8),
    gid: number(116, 8),
    size: number(124, 12),
    mtime: String(number(136, 12)),
    major: number(329, 8),
    minor: number(337, 8),
    attributes: new Map(),
  };
}

/** Parses octal text, or GNU's binary form, which the first bit marks. */
function parseNumber(bytes: Uint8Array): number {
  if ((bytes[0]! & 0x80) !== 0) {
    const negative = bytes[0] === 0xff;
    let value = negative ? -1 : bytes[0]! & 0x7f;
    for (const byte of bytes.subarray(1)) value = value * 256 + byte;
    return value;
  }
  const text = toBinary(bytes).replaceAll(/[\0 ]/g, "");
  if (!/^[0-7]*$/.test(text)) throw broken("is damaged");
  return text === "" ? 0 : parseInt(text, 8);
}

function parseRecords(text: string): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < text.length;) {
    const space = text.indexOf(" ", at);
    const length = Number(text.slice(at, space));
    const equals = text.indexOf("=", space);
    const end = at + length;
    if (space < 0 || equals < 0 || !Number.isInteger(length) || end > text.length || equals >= end) {
      throw broken("is damaged");
    }
    records.set(text.slice(space + 1, equals), text.slice(equals + 1, end - 1));
    at = end;
  }
  return records;
}

function withRecords(
  header: TarHeader,
  records: ReadonlyMap<string, string>,
  long: { readonly path?: string; readonly link?: string },
): TarHeader {
  const sparse = header.type === "S" || [...records.keys()].some((key) => key.startsWith("GNU.sparse."));
  if (sparse) throw broken("has files with holes in a form that lxops does not read");
  const number = (key: string, fallback: number) => records.has(key) ? Number(records.get(key)) : fallback;
  return {
    ...header,
    path: (records.get("path") ?? long.path ?? header.path).replace(/\/+$/, ""),
    linkPath: records.get("linkpath") ?? long.link ?? header.linkPath,
    uid: number("uid", header.uid),
    gid: number("gid", header.gid),
    size: number("size", header.size),
    mtime: records.get("mtime") ?? header.mtime,
    attributes: new Map([...records].filter(([key]) => ATTRIBUTE.test(key))),
  };
}
