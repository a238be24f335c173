/**
 * Reads the output of a batch: marker lines become events, everything else is output of the item that runs.
 *
 * @module
 */
import type { Batch } from "../step.ts";
import { MARK } from "./batch.ts";

/** What a batch reports; `item` counts its items from 0. */
export type BatchEvent =
  | { readonly kind: "start"; readonly item: number }
  /** Without an item: output from before the first, as of a shell that does not understand the script. */
  | {
    readonly kind: "output";
    readonly item?: number;
    readonly line: string;
    readonly stream: "stdout" | "stderr";
  }
  | { readonly kind: "end"; readonly item: number; readonly code: number; readonly seconds?: number }
  /** The instance's journal has the item. */
  | { readonly kind: "skip"; readonly item: number };

/** Takes the lines of a batch's output, one after another, and says what each means. */
export type BatchReader = (line: string, stream: "stdout" | "stderr") => readonly BatchEvent[];

type Marker = Exclude<BatchEvent, { kind: "output" }>;

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

/** Follows one batch from its first line of output to its last. */
export function batchReader(batch: Pick<Batch, "items" | "marker">): BatchReader {
  const mark = `${MARK}${batch.marker} `;
  let next = 0;
  let current: number | undefined;
  let empty: "stdout" | "stderr" | undefined;

  const output = (line: string, stream: "stdout" | "stderr"): BatchEvent => ({
    kind: "output",
    ...(current === undefined ? {} : { item: current }),
    line,
    stream,
  });
  // What does not fit where the batch is, is output that looks like a marker.
  const fits = ({ kind, item }: Marker) =>
    kind === "end" ? item === current : current === undefined && item === next && item < batch.items.length;

  return (line, stream) => {
    const marker = line.startsWith(mark) ? parseMarker(line.slice(mark.length)) : undefined;
    const fitting = marker && fits(marker) ? marker : undefined;
    // The newline that a marker starts with makes an empty line where the output before it ended with one.
    const before = empty && !fitting ? [output("", empty)] : [];
    empty = !fitting && line === "" ? stream : undefined;
    if (!fitting) return line === "" ? before : [...before, output(line, stream)];
    if (fitting.kind === "start") current = fitting.item;
    else [current, next] = [undefined, fitting.item + 1];
    return [fitting];
  };
}
