/**
 * The last lines of a program's output, which an error quotes.
 *
 * @module
 */

import { LineSplitter } from "../base/lines.ts";

const LINES = 20;
/** Limit of output that is not read by lines. */
const BYTES = 16384;
/** A program may well print a line without end. */
const CHARACTERS = 1000;

/** The last lines of an output. */
export class Tail {
  #lines: string[] = [];

  /** Takes a line. */
  push(line: string): void {
    this.#lines.push(line.length > CHARACTERS ? `${line.slice(0, CHARACTERS)}...` : line);
    if (this.#lines.length > LINES) this.#lines.shift();
  }

  /** Forgets all lines. */
  clear(): void {
    this.#lines = [];
  }

  /** The lines. */
  lines(): readonly string[] {
    return this.#lines;
  }

  /** The lines as text. */
  text(): string {
    return this.#lines.join("\n");
  }
}

/** The last lines of the last item's output on each of its streams. */
export class PrintedTail {
  readonly #ends = new Map<"stdout" | "stderr", { readonly item: number; readonly bytes: Uint8Array }>();

  /** Takes output of an item. */
  push(item: number, stream: "stdout" | "stderr", bytes: Uint8Array): void {
    const before = this.#ends.get(stream);
    const kept = before?.item === item ? before.bytes : new Uint8Array();
    const all = new Uint8Array(Math.min(BYTES, kept.length + bytes.length));
    const last = bytes.subarray(Math.max(0, bytes.length - BYTES));
    all.set(kept.subarray(kept.length - (all.length - last.length)));
    all.set(last, all.length - last.length);
    this.#ends.set(stream, { item, bytes: all });
  }

  /** The last lines that this item printed: most of them errors, where it printed any. */
  lines(item: number | undefined): readonly string[] {
    const [out, errors] = (["stdout", "stderr"] as const).map((stream) => {
      const end = this.#ends.get(stream);
      const tail = new Tail();
      if (end === undefined || end.item !== item) return [];
      const splitter = new LineSplitter((line) => tail.push(line));
      splitter.push(end.bytes);
      splitter.end();
      return tail.lines();
    }) as [readonly string[], readonly string[]];
    return [...out.slice(-Math.max(LINES - errors.length, LINES / 4)), ...errors];
  }
}
