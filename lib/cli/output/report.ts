/**
 * Progress on stderr: plain lines in a pipe; on a terminal also one line that shows what runs now.
 *
 * @module
 */
import type { RunEvent } from "../../run/events.ts";
import { printable } from "./output.ts";

/** The stream for progress, and its width. */
export interface Screen {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Columns of the terminal. */
  width(): number;
}

/** The amount of detail to show. */
export interface ReportOptions {
  /** Every line that programs print, not only those of the one that failed. */
  readonly verbose: boolean;
}

/** Renders one event as a line, or nothing. */
export function renderEvent(event: RunEvent, options: ReportOptions): string | undefined {
  const who = event.instance ? `${event.instance}: ` : "";
  switch (event.kind) {
    case "done":
      return `${who}${printable(event.step.title)} (${event.seconds.toFixed(1)} s)`;
    case "item-done": {
      const how = event.skipped ? "was done before" : `${event.seconds ?? 0} s`;
      return `${who}  ${printable(event.title)} (${how})`;
    }
    case "note":
      return `${who}note: ${printable(event.text)}`;
    case "undo":
      return event.error
        ? `${who}could not take back: ${printable(event.title)}: ${printable(event.error.message)}`
        : `${who}taken back: ${printable(event.title)}`;
    case "output":
      return options.verbose ? `${who}  | ${printable(event.line)}` : undefined;
    case "failed":
      return `${who}${printable(event.step.title)} FAILED`;
    case "start":
    case "bytes":
    case "address":
    case "item":
    case "lease":
    case "progress":
      return undefined;
  }
}

/** Shows events on a screen; it holds what runs now, one entry an instance. */
export class ProgressReport {
  readonly #screen: Screen;
  readonly #running = new Map<string, string>();
  #shown = false;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Shows one event. */
  report(event: RunEvent, options: ReportOptions): void {
    this.#note(event);
    const line = renderEvent(event, options);
    if (!this.#screen.isTerminal) {
      if (line !== undefined) this.#screen.write(`${line}\n`);
      return;
    }
    const status = statusLine(this.#running, this.#screen.width());
    const text = `${this.#shown ? "\r\x1b[K" : ""}${line === undefined ? "" : `${line}\n`}${status}`;
    this.#shown = status !== "";
    if (text !== "") this.#screen.write(text);
  }

  /** Takes the status line off the screen. */
  close(): void {
    if (this.#shown) this.#screen.write("\r\x1b[K");
    this.#shown = false;
  }

  #note(event: RunEvent): void {
    switch (event.kind) {
      case "start":
        this.#running.set(event.instance, event.step.title);
        break;
      case "item":
        this.#running.set(event.instance, event.title);
        break;
      case "progress":
        this.#running.set(event.instance, event.text);
        break;
      case "done":
      case "failed":
        this.#running.delete(event.instance);
        break;
    }
  }
}

/** Renders what runs now as one line that fits the terminal. */
export function statusLine(running: ReadonlyMap<string, string>, width: number): string {
  const parts = [...running].map(([instance, title]) =>
    printable(instance ? `${instance}: ${title}` : title)
  );
  return parts.length === 0 ? "" : fit(`... ${parts.join("; ")}`, width - 1);
}

/** Terminals that do not know how wide they are say so with 0. */
const USUAL_WIDTH = 80;

/** Cuts text to a number of columns. */
function fit(text: string, limit: number): string {
  const room = limit > 0 ? limit : USUAL_WIDTH - 1;
  const ends: { readonly index: number; readonly column: number }[] = [];
  let [index, column] = [0, 0];
  for (const character of text) {
    index += character.length;
    // Wide characters start here; a few that are counted as such and are not do no harm.
    column += character.codePointAt(0)! >= 0x1100 ? 2 : 1;
    ends.push({ index, column });
  }
  if (column <= room) return text;
  const last = ends.findLast((end) => end.column <= room - 3)?.index ?? 0;
  return `${text.slice(0, last)}...`.slice(0, room);
}
