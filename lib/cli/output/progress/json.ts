/**
 * Progress as a stream of JSON, one object a line, each with the time.
 *
 * @module
 */
import { InterruptedError, LxopsError } from "../../../base/errors.ts";
import { LineSplitter } from "../../../base/lines.ts";
import type { RunEvent } from "../../../run/events.ts";
import type { Plan } from "../../../step/step.ts";
import { isBookkeeping } from "../../../step/bookkeeping.ts";
import { outputOf, printableJsonLine } from "../output.ts";
import { advance, beginning, type ProgressState } from "./state.ts";

/** The version of the stream. It changes when an object or field is changed or removed. */
const VERSION = 1;

/** Events that end the output of an item. */
const ENDS: ReadonlySet<RunEvent["kind"]> = new Set(["item", "item-done", "done", "failed"]);

/** Renders an object of the stream. */
export function jsonLine(time: Date, event: string, fields: Readonly<Record<string, unknown>>): string {
  return `${printableJsonLine({ time: time.toISOString(), event, ...fields })}\n`;
}

/** A stream and two clocks. */
export interface JsonStream {
  write(text: string): void;
  /** The time in milliseconds. */
  now(): number;
  date(): Date;
}

/** The display of a plan that is carried out. */
export class JsonProgress {
  readonly #stream: JsonStream;
  /** Unfinished lines of the output of items, by instance and stream. */
  readonly #begun = new Map<string, LineSplitter>();
  #state: ProgressState;
  #hasBegun = false;

  constructor(stream: JsonStream, plan: Plan, { summary = false }: { readonly summary?: boolean } = {}) {
    this.#stream = stream;
    this.#state = beginning(plan, stream.now(), summary ? "running" : undefined);
  }

  /** Shows one event. */
  report(event: RunEvent): void {
    this.#state = advance(this.#state, event, this.#stream.now());
    if (!this.#hasBegun) this.#stream.write(beginJson(this.#stream.date(), this.#state));
    this.#hasBegun = true;
    if (event.kind === "bytes") return this.#linesOf(event).push(event.bytes);
    if (ENDS.has(event.kind)) this.#endLines(event.instance);
    const line = eventJson(this.#stream.date(), event);
    if (line !== undefined) this.#stream.write(line);
  }

  #linesOf({ instance, stream }: Extract<RunEvent, { kind: "bytes" }>): LineSplitter {
    const key = `${stream} ${instance}`;
    const found = this.#begun.get(key) ??
      new LineSplitter((text) =>
        this.#stream.write(jsonLine(this.#stream.date(), "output", { instance, stream, text }))
      );
    this.#begun.set(key, found);
    return found;
  }

  #endLines(instance: string): void {
    for (const stream of ["stdout", "stderr"]) {
      this.#begun.get(`${stream} ${instance}`)?.end();
      this.#begun.delete(`${stream} ${instance}`);
    }
  }

  /** Ends what is shown. */
  end(): void {
    if (this.#hasBegun) this.#stream.write(endJson(this.#stream.date(), this.#state, this.#stream.now()));
  }
}

/** Renders the begin of a plan. */
export function beginJson(time: Date, { expected }: ProgressState): string {
  return jsonLine(time, "begin", { version: VERSION, instances: [...expected.keys()] });
}

/** Renders the end of a plan, with the result of each instance. */
export function endJson(time: Date, { expected, rows, began }: ProgressState, now: number): string {
  const instances = [...expected.keys()].map((instance) => {
    const { ended, address } = rows.get(instance) ?? {};
    return {
      instance,
      result: ended?.word ?? (rows.has(instance) ? "interrupted" : "not begun"),
      ...(ended ? { seconds: rounded(ended.seconds) } : {}),
      ...(address === undefined ? {} : { address }),
    };
  });
  return jsonLine(time, "end", { seconds: rounded((now - began) / 1000), instances });
}

/** Renders an event; returns `undefined` for events that are not for programs. */
export function eventJson(time: Date, event: RunEvent): string | undefined {
  const fields = fieldsOf(event);
  if (!fields) return undefined;
  const [name, more] = fields;
  return jsonLine(time, name, { instance: event.instance, ...more });
}

function fieldsOf(
  event: RunEvent,
): readonly [name: string, fields: Readonly<Record<string, unknown>>] | undefined {
  switch (event.kind) {
    case "start":
      return ["step", { title: event.step.title, ...noted(event.step) }];
    case "done":
      return ["step-done", {
        title: event.step.title,
        seconds: rounded(event.seconds),
        ...noted(event.step),
      }];
    case "failed":
      return ["step-failed", { title: event.step.title, ...errorFields(event.error) }];
    case "progress":
      return ["progress", { text: event.text, ...event.amount }];
    case "item":
      return ["item", { title: event.title }];
    case "item-done":
      return ["item-done", { title: event.title, seconds: event.seconds ?? 0, skipped: event.skipped }];
    case "output":
      return ["output", { stream: event.stream, text: event.line }];
    case "address":
      return ["address", { address: event.address }];
    case "undo":
      return ["undo", { title: event.title, ...(event.error ? errorFields(event.error) : {}) }];
    case "note":
      return ["note", { text: event.text }];
    case "undo-start":
    case "bytes":
    case "lease":
    case "asks":
      return undefined;
  }
}

/** Returns the mark of steps that only record the progress of a run. */
function noted(step: Parameters<typeof isBookkeeping>[0]) {
  return isBookkeeping(step) ? { bookkeeping: true } : {};
}

function errorFields(error: Error) {
  const output = outputOf(error);
  return {
    error: error.message,
    interrupted: error instanceof InterruptedError,
    ...(output.length > 0 ? { output } : {}),
    ...(error instanceof LxopsError && error.advice.length > 0 ? { advice: error.advice } : {}),
  };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
