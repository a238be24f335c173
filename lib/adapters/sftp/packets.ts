/**
 * Packets of SFTP, version 3, which the daemons speak about the files of an instance.
 * Rule of the packets: draft-ietf-secsh-filexfer-02.
 *
 * @module
 */

/** Types of packets. */
export const TYPE = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  readlink: 19,
  symlink: 20,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attributes: 105,
  extended: 200,
} as const;

/** Codes of a status. */
export const STATUS = { ok: 0, end: 1, missing: 2, denied: 3, failure: 4 } as const;

/** Flags of an open. */
export const OPEN = { read: 1, write: 2, create: 8, exclusive: 0x20 } as const;

/** Attributes of a file that are known, or that are set. */
export interface Attributes {
  readonly size?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Permissions and, as the daemon tells them, the type. */
  readonly mode?: number;
  readonly atime?: number;
  readonly mtime?: number;
}

const [SIZE, OWNER, MODE, TIMES, EXTENDED] = [1, 2, 4, 8, 0x80000000] as const;

/** A writer of the fields of a packet. */
export class Writer {
  readonly #parts: Uint8Array[] = [];

  /** Adds a byte. */
  byte(value: number): this {
    this.#parts.push(Uint8Array.of(value));
    return this;
  }

  /** Adds a number of 32 bits. */
  u32(value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value);
    this.#parts.push(bytes);
    return this;
  }

  /** Adds a number of 64 bits. */
  u64(value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
    this.#parts.push(bytes);
    return this;
  }

  /** Adds bytes with their length. */
  bytes(value: Uint8Array): this {
    this.u32(value.length);
    this.#parts.push(value);
    return this;
  }

  /** Adds a text with its length. */
  text(value: string): this {
    return this.bytes(new TextEncoder().encode(value));
  }

  /** Adds attributes. */
  attributes({ size, uid, gid, mode, atime, mtime }: Attributes): this {
    const owned = uid !== undefined && gid !== undefined;
    const timed = mtime !== undefined;
    this.u32(
      (size === undefined ? 0 : SIZE) | (owned ? OWNER : 0) | (mode === undefined ? 0 : MODE) |
        (timed ? TIMES : 0),
    );
    if (size !== undefined) this.u64(size);
    if (owned) this.u32(uid).u32(gid);
    if (mode !== undefined) this.u32(mode);
    if (timed) this.u32(atime ?? mtime).u32(mtime);
    return this;
  }

  /** Returns the packet with its length. */
  packet(): Uint8Array {
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const packet = new Uint8Array(4 + length);
    new DataView(packet.buffer).setUint32(0, length);
    let at = 4;
    for (const part of this.#parts) {
      packet.set(part, at);
      at += part.length;
    }
    return packet;
  }
}

/** A reader of the fields of a packet; a packet that is too short is an error. */
export class Reader {
  readonly #view: DataView;
  readonly #packet: Uint8Array;
  #at = 0;

  constructor(packet: Uint8Array) {
    this.#packet = packet;
    this.#view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  }

  /** Reads a byte. */
  byte(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  /** Reads a number of 32 bits. */
  u32(): number {
    return this.#view.getUint32(this.#skip(4));
  }

  /** Reads a number of 64 bits. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.#skip(8)));
  }

  /** Reads bytes with their length. */
  bytes(): Uint8Array {
    const length = this.u32();
    const start = this.#skip(length);
    return this.#packet.subarray(start, start + length);
  }

  /** Reads attributes. */
  attributes(): Attributes {
    const flags = this.u32();
    const size = flags & SIZE ? { size: this.u64() } : {};
    const owner = flags & OWNER ? { uid: this.u32(), gid: this.u32() } : {};
    const mode = flags & MODE ? { mode: this.u32() } : {};
    const times = flags & TIMES ? { atime: this.u32(), mtime: this.u32() } : {};
    if (flags & EXTENDED) { for (let left = this.u32(); left > 0; left--) [this.bytes(), this.bytes()]; }
    return { ...size, ...owner, ...mode, ...times };
  }

  #skip(length: number): number {
    const start = this.#at;
    if (start + length > this.#view.byteLength) throw new RangeError("a packet that is too short");
    this.#at += length;
    return start;
  }
}

/** The kind of a file, from its mode. */
export type FileKind = "file" | "directory" | "symlink" | "other";

/** Returns the kind of a file. */
export function kindOf({ mode = 0 }: Attributes): FileKind {
  const kinds: Readonly<Record<number, FileKind>> = {
    0o100000: "file",
    0o40000: "directory",
    0o120000: "symlink",
  };
  return kinds[mode & 0o170000] ?? "other";
}
