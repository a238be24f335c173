/**
 * Progress on stderr as lines, as a pipe or a file gets it.
 *
 * @module
 */
import { InterruptedError } from "../../base/errors.ts";
import type { RunEvent } from "../../run/events.ts";
import { isBookkeeping } from "../../step/bookkeeping.ts";
import { printable } from "./output.ts";

/** The amount of detail to show. */
export interface ReportOptions {
  /** Every line that programs print, not only those of the one that failed, and every step. */
  readonly verbose: boolean;
}

/** Renders one event as a line, or nothing. */
export function renderEvent(event: RunEvent, options: ReportOptions): string | undefined {
  const who = event.instance ? `${event.instance}: ` : "";
  switch (event.kind) {
    case "done":
      if (!options.verbose && isBookkeeping(event.step)) return undefined;
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
      return `${who}${printable(event.step.title)} ${
        event.error instanceof InterruptedError ? "interrupted" : "FAILED"
      }`;
    case "start":
    case "bytes":
    case "address":
    case "item":
    case "lease":
    case "progress":
    case "undo-start":
    case "asks":
      return undefined;
  }
}
