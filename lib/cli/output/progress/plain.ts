/**
 * Progress as lines that stay, for a pipe or a file.
 *
 * @module
 */
import { InterruptedError } from "../../../base/errors.ts";
import type { RunEvent } from "../../../run/events.ts";
import type { Plan } from "../../../step/step.ts";
import { outputOf, printable } from "../output.ts";
import { renderEvent, type ReportOptions } from "../report.ts";
import { secondsText } from "./frame.ts";
import { LAST_LINES } from "./lines.ts";
import { advance, beginning, type ProgressState } from "./state.ts";

/** Options for showing events. */
export interface PlainOptions extends ReportOptions {
  /** Ends with a line for each instance. */
  readonly summary: boolean;
  /** Returns the text with which each line begins. */
  readonly stamp?: () => string;
}

/** A stream and a clock. */
export interface PlainStream {
  write(text: string): void;
  /** The time in milliseconds. */
  now(): number;
}

/** The display of a plan that is carried out. */
export class PlainProgress {
  readonly #stream: PlainStream;
  readonly #options: PlainOptions;
  #state: ProgressState;

  constructor(stream: PlainStream, plan: Plan, options: PlainOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#state = beginning(plan, stream.now(), options.summary ? "running" : undefined);
  }

  /** Shows one event. */
  report(event: RunEvent): void {
    this.#state = advance(this.#state, event, this.#stream.now());
    const line = renderEvent(event, this.#options);
    // A command about one instance prints the reason right after that.
    const more = event.kind === "failed" && this.#state.expected.size > 1 ? reasonsOf(event) : [];
    this.#write([...(line === undefined ? [] : [line]), ...more]);
  }

  /** Ends the display. */
  end(): void {
    if (this.#options.summary) this.#write(summaryOf(this.#state));
  }

  #write(lines: readonly string[]): void {
    const stamp = this.#options.stamp?.() ?? "";
    if (lines.length > 0) this.#stream.write(lines.map((line) => `${stamp}${line}\n`).join(""));
  }
}

/** Renders the reason of a failure, with the last lines that a program printed. */
function reasonsOf({ instance, error }: Extract<RunEvent, { kind: "failed" }>): readonly string[] {
  if (error instanceof InterruptedError) return [];
  const who = instance ? `${instance}: ` : "";
  return [
    ...error.message.split("\n").map((one) => `${who}  ${printable(one)}`),
    ...outputOf(error).slice(-LAST_LINES).map((one) => `${who}  | ${printable(one)}`),
  ];
}

/** Renders the result of each instance: `web: running, 10.81.1.7, 2.4 s`. */
function summaryOf({ rows }: ProgressState): readonly string[] {
  return [...rows.values()].flatMap(({ name, ended, address }) =>
    name === "" || !ended ? [] : [
      [
        `${name}: ${ended.word}`,
        ...(address === undefined || ended.how !== "done" ? [] : [address]),
        secondsText(ended.seconds),
      ].join(", "),
    ]
  );
}
