/**
 * Unpacks gzip data (RFC 1951 and 1952). Deno has it only as a stream, or in a module that takes 15 ms to load.
 *
 * @module
 */

const LENGTH_BASE: readonly number[] = [
  ...[3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27],
  ...[31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258],
];
const LENGTH_EXTRA: readonly number[] = [
  ...[0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0],
];
const CODE_ORDER: readonly number[] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const FIXED: readonly number[] = Array.from(
  { length: 288 },
  (_, i) => i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8,
);

/** How many codes there are of each length, and the symbols in the order of their codes. */
interface Huffman {
  readonly counts: readonly number[];
  readonly symbols: readonly number[];
}

function huffman(lengths: readonly number[]): Huffman {
  const counts = Array.from(
    { length: 16 },
    (_, n) => n === 0 ? 0 : lengths.filter((each) => each === n).length,
  );
  const symbols = lengths.map((_, symbol) => symbol).filter((symbol) => lengths[symbol] !== 0)
    .sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
  return { counts, symbols };
}

/** Reads one gzip member after another; bounds are checked by `#byte()` and `#put()`. */
class Unpacker {
  readonly #data: Uint8Array;
  readonly #limit: number;
  #at = 0;
  #bits = 0;
  #count = 0;
  #out = new Uint8Array(65536);
  #length = 0;

  constructor(data: Uint8Array, limit: number) {
    this.#data = data;
    this.#limit = limit;
  }

  run(): Uint8Array {
    do this.#member(); while (this.#at < this.#data.length);
    return this.#out.slice(0, this.#length);
  }

  #member(): void {
    const [first, second, method, flags = 0] = [this.#byte(), this.#byte(), this.#byte(), this.#byte()];
    if (first !== 0x1f || second !== 0x8b || method !== 8) throw new RangeError("Not gzip data");
    this.#at += 6;
    if (flags & 4) this.#at += this.#byte() + this.#byte() * 256;
    for (const flag of [8, 16]) if (flags & flag) { while (this.#byte() !== 0); }
    if (flags & 2) this.#at += 2;
    const start = this.#length;
    while (!this.#block());
    this.#bits = this.#count = 0;
    const crc = this.#word() + this.#word() * 65536;
    const size = this.#word() + this.#word() * 65536;
    const content = this.#out.subarray(start, this.#length);
    if (crc !== crc32(content) || size !== content.length) throw new RangeError("Damaged gzip data");
  }

  /** Reads a block; true after the last one. */
  #block(): boolean {
    const last = this.#take(1) === 1;
    switch (this.#take(2)) {
      case 0: {
        this.#bits = this.#count = 0;
        const size = this.#word();
        if ((size ^ this.#word()) !== 0xffff) throw new RangeError("Damaged gzip data");
        for (let i = 0; i < size; i++) this.#put(this.#byte());
        break;
      }
      case 1:
        this.#codes(huffman(FIXED), huffman(Array.from({ length: 30 }, () => 5)));
        break;
      case 2: {
        const [literals, distances, codes] = [this.#take(5) + 257, this.#take(5) + 1, this.#take(4) + 4];
        const order = Array.from({ length: 19 }, () => 0);
        for (let i = 0; i < codes; i++) order[CODE_ORDER[i] ?? 0] = this.#take(3);
        const lengths = this.#lengths(huffman(order), literals + distances);
        this.#codes(huffman(lengths.slice(0, literals)), huffman(lengths.slice(literals)));
        break;
      }
      default:
        throw new RangeError("Damaged gzip data");
    }
    return last;
  }

  #lengths(codes: Huffman, total: number): number[] {
    const lengths: number[] = [];
    while (lengths.length < total) {
      const symbol = this.#symbol(codes);
      if (symbol < 16) lengths.push(symbol);
      else {
        const value = symbol === 16 ? lengths.at(-1) ?? 0 : 0;
        const times = symbol === 16
          ? 3 + this.#take(2)
          : symbol === 17
          ? 3 + this.#take(3)
          : 11 + this.#take(7);
        for (let i = 0; i < times; i++) lengths.push(value);
      }
    }
    return lengths;
  }

  #codes(literals: Huffman, distances: Huffman): void {
    for (let symbol = this.#symbol(literals); symbol !== 256; symbol = this.#symbol(literals)) {
      if (symbol < 256) {
        this.#put(symbol);
        continue;
      }
      const length = (LENGTH_BASE[symbol - 257] ?? 0) + this.#take(LENGTH_EXTRA[symbol - 257] ?? 0);
      const code = this.#symbol(distances);
      const extra = code < 4 ? 0 : (code >> 1) - 1;
      const distance = (code < 4 ? code : (2 + (code & 1)) << extra) + 1 + this.#take(extra);
      if (distance > this.#length) throw new RangeError("Damaged gzip data");
      for (let i = 0; i < length; i++) this.#put(this.#out[this.#length - distance] ?? 0);
    }
  }

  #symbol({ counts, symbols }: Huffman): number {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; length < 16; length++) {
      code |= this.#take(1);
      const count = counts[length] ?? 0;
      if (code - count < first) return symbols[index + code - first] ?? 0;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new RangeError("Damaged gzip data");
  }

  #take(count: number): number {
    while (this.#count < count) {
      this.#bits |= this.#byte() << this.#count;
      this.#count += 8;
    }
    const value = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#count -= count;
    return value;
  }

  #word(): number {
    return this.#byte() + this.#byte() * 256;
  }

  #byte(): number {
    const byte = this.#data[this.#at++];
    if (byte === undefined) throw new RangeError("Incomplete gzip data");
    return byte;
  }

  #put(byte: number): void {
    if (this.#length >= this.#limit) throw new RangeError("Too much gzip data");
    if (this.#length === this.#out.length) {
      const larger = new Uint8Array(this.#length * 2);
      larger.set(this.#out);
      this.#out = larger;
    }
    this.#out[this.#length++] = byte;
  }
}

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** Unpacks gzip data of at most so many bytes; throws a `RangeError` where that is not possible. */
export function gunzip(data: Uint8Array, limit: number): Uint8Array {
  return new Unpacker(data, limit).run();
}
