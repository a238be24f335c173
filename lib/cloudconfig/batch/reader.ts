/**
 * Parses the output of a batch: markers become events, everything else is output of the current item.
 *
 * @module
 */
import { LineSplitter } from "../../base/lines.ts";
import type { Batch } from "../../step/step.ts";
import { MARK } from "./batch.ts";
import { concat } from "../../base/bytes.ts";

/** An output stream of a program. */
type Stream = "stdout" | "stderr";

/** An event of a batch; `item` is the index of an item. */
export type BatchEvent =
  | { readonly kind: "start"; readonly item: number }
  /** Without an item, the output is from before the first item, for example of a shell that fails. */
  | { readonly kind: "output"; readonly item?: number; readonly line: string; readonly stream: Stream }
  /** The raw output of a command; the bytes are valid until the next call of `push()`. */
  | { readonly kind: "printed"; readonly item: number; readonly bytes: Uint8Array; readonly stream: Stream }
  | { readonly kind: "end"; readonly item: number; readonly code: number; readonly seconds?: number }
  /** The item is in the journal of the instance. */
  | { readonly kind: "skip"; readonly item: number };

/** A reader of the output of one batch. */
export interface BatchReader {
  /** Returns the events in these bytes. */
  push(bytes: Uint8Array, stream: Stream): readonly BatchEvent[];
  /** Returns the remaining events at the end of the output. */
  end(): readonly BatchEvent[];
}

type Marker = Extract<BatchEvent, { kind: "start" | "end" | "skip" }>;

/** The most bytes of a marker after its beginning. */
const LONGEST = 64;
const NEWLINE = 10;

function parseMarker(text: string): Marker | undefined {
  const found = /^(start|skip|end) (\d+)(?: (\d+) (-|\d+(?:\.\d+)?))?$/.exec(text);
  if (!found) return undefined;
  const [, kind, number, code, seconds] = found;
  const item = Number(number);
  if (kind !== "end") {
    return code === undefined ? { kind: kind === "start" ? "start" : "skip", item } : undefined;
  }
  if (code === undefined) return undefined;
  return { kind, item, code: Number(code), ...(seconds === "-" ? {} : { seconds: Number(seconds) }) };
}

/** Finds a marker that begins at an offset; `cut` if the bytes end in the middle of one. */
function markerAt(
  bytes: Uint8Array,
  at: number,
  mark: Uint8Array,
): { readonly marker: Marker; readonly end: number } | "cut" | undefined {
  for (let index = 0; index < mark.length; index++) {
    if (at + index === bytes.length) return "cut";
    if (bytes[at + index] !== mark[index]) return undefined;
  }
  const start = at + mark.length;
  const limit = start + LONGEST;
  const length = bytes.subarray(start, limit).indexOf(NEWLINE);
  if (length < 0) return bytes.length < limit ? "cut" : undefined;
  const marker = parseMarker(new TextDecoder().decode(bytes.subarray(start, start + length)));
  return marker && { marker, end: start + length + 1 };
}

/** The position of a stream in the list of items. */
interface Place {
  current?: number;
  next: number;
}

/** A reader of one stream of a batch. */
class StreamReader {
  readonly #batch: Pick<Batch, "items">;
  readonly #stream: Stream;
  readonly #mark: Uint8Array;
  readonly #place: Place = { next: 0 };
  readonly #events: BatchEvent[] = [];
  #lines: LineSplitter;
  #rest = new Uint8Array();

  constructor(batch: Pick<Batch, "items" | "marker">, stream: Stream) {
    this.#batch = batch;
    this.#stream = stream;
    this.#mark = new TextEncoder().encode(`${MARK}${batch.marker} `);
    this.#lines = this.#splitter();
  }

  push(chunk: Uint8Array): readonly BatchEvent[] {
    const bytes = this.#rest.length === 0 ? chunk : concat([this.#rest, chunk]);
    this.#rest = new Uint8Array();
    let start = 0;
    for (let at = bytes.indexOf(1); at >= 0; at = bytes.indexOf(1, Math.max(at + 1, start))) {
      const found = markerAt(bytes, at, this.#mark);
      if (found === "cut") {
        this.#output(bytes.subarray(start, at));
        this.#rest = bytes.slice(at);
        return this.#events.splice(0);
      }
      // A marker that does not fit the state of the batch is output that looks like one.
      if (found === undefined || !this.#fits(found.marker)) continue;
      this.#output(bytes.subarray(start, at));
      this.#lines.end();
      this.#pass(found.marker);
      start = found.end;
    }
    this.#output(bytes.subarray(start));
    return this.#events.splice(0);
  }

  end(): readonly BatchEvent[] {
    this.#output(this.#rest);
    this.#lines.end();
    return this.#events.splice(0);
  }

  #splitter(): LineSplitter {
    const { current } = this.#place;
    const item = current === undefined ? {} : { item: current };
    const stream = this.#stream;
    return new LineSplitter((line) => this.#events.push({ kind: "output", ...item, line, stream }));
  }

  #output(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const { current } = this.#place;
    if (current === undefined || !this.#batch.items[current]?.prints) this.#lines.push(bytes);
    else this.#events.push({ kind: "printed", item: current, bytes, stream: this.#stream });
  }

  #fits({ kind, item }: Marker): boolean {
    const { current, next } = this.#place;
    if (kind === "end") return item === current;
    if (current !== undefined || item >= this.#batch.items.length) return false;
    // stderr has only the markers of items that print to it.
    return this.#stream === "stdout" ? item === next : item >= next && kind === "start";
  }

  #pass(marker: Marker): void {
    if (marker.kind === "start") this.#place.current = marker.item;
    else {
      delete this.#place.current;
      this.#place.next = marker.item + 1;
    }
    this.#lines = this.#splitter();
    // Both streams have the marker; it is reported once.
    if (this.#stream === "stdout") this.#events.push(marker);
  }
}

/** Creates a reader of the output of a batch. */
export function batchReader(batch: Pick<Batch, "items" | "marker">): BatchReader {
  const streams = { stdout: new StreamReader(batch, "stdout"), stderr: new StreamReader(batch, "stderr") };
  return {
    push: (bytes, stream) => streams[stream].push(bytes),
    end: () => [...streams.stdout.end(), ...streams.stderr.end()],
  };
}
