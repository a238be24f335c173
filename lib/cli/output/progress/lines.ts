/**
 * The lines that stay on a terminal: finished instances, failures with their reasons, and notes.
 *
 * @module
 */
import { InterruptedError } from "../../../base/errors.ts";
import { foldTo, padTo, widthOf } from "../../../base/text/width.ts";
import type { RunEvent } from "../../../run/events.ts";
import { isBookkeeping } from "../../../step/bookkeeping.ts";
import { outputOf, printable } from "../output.ts";
import { renderEvent, type ReportOptions } from "../report.ts";
import type { Paint, Tone } from "./colors.ts";
import { nameColumn, secondsText } from "./frame.ts";
import type { Ended, ProgressState, Row } from "./state.ts";

/** The number of lines that are shown of a failed program's output. */
export const LAST_LINES = 10;

/** Columns of an address of IPv4. */
const ADDRESS = 15;

/** The form of lines. */
export interface LineOptions extends ReportOptions {
  readonly width: number;
  readonly paint: Paint;
  /** Masks the secret values in a text. */
  readonly mask: (text: string) => string;
}

const TONES: Readonly<Record<Ended["how"], Tone>> = { done: "good", failed: "bad", interrupted: "mind" };

/** Renders the lines of an event that `state` already includes. */
export function linesOf(event: RunEvent, state: ProgressState, options: LineOptions): readonly string[] {
  const { width, paint, verbose } = options;
  const row = state.rows.get(event.instance);
  switch (event.kind) {
    case "done": {
      const line = verbose || event.instance === "" && !isBookkeeping(event.step)
        ? shown(event, options, "faint")
        : [];
      return [...line, ...(row?.ended && event.instance !== "" ? endLines(row, state, options) : [])];
    }
    case "failed": {
      const lines = row ? endLines(row, state, options) : [];
      // A command about one instance prints the reason right after that.
      return state.expected.size > 1 ? [...lines, ...reasonLines(event.error, options)] : lines;
    }
    case "item-done":
      return verbose ? shown(event, options, "faint") : [];
    case "output":
      return shown(event, options, "faint");
    case "note": {
      const [first = "", ...rest] = folded(options.mask(renderEvent(event, options) ?? ""), width);
      return [first.replace("note:", paint("note:", "mind")), ...rest];
    }
    case "undo":
      return shown(event, options, event.error ? "bad" : "mind");
    default:
      return [];
  }
}

function shown(event: RunEvent, options: LineOptions, tone: Tone): readonly string[] {
  const line = renderEvent(event, options);
  return line === undefined
    ? []
    : folded(options.mask(line), options.width).map((one) => options.paint(one, tone));
}

/** Renders the result of an instance: `web  running  10.81.1.7  2.4 s`. */
function endLines(row: Row, state: ProgressState, { width, paint, mask }: LineOptions): readonly string[] {
  const ended = row.ended!;
  const time = secondsText(ended.seconds);
  const name = row.name === "" ? "" : `${nameColumn(row.name, state, width)}  `;
  const word = ended.how === "done" ? padTo(ended.word, state.wordWidth) : ended.word;
  const what = ended.title ?? (row.address === undefined ? "" : padTo(row.address, width < 60 ? 0 : ADDRESS));
  const [first = "", ...rest] = folded(
    [name + word, ...(what === "" ? [] : [printable(mask(what))]), time].join("  "),
    width,
  );
  const painted = first.slice(0, name.length) + paint(ended.word, TONES[ended.how]) +
    first.slice(name.length + ended.word.length);
  return [painted, ...rest];
}

/** Renders the reason of a failure, with the last lines that a program printed. */
function reasonLines(error: Error, { width, paint, mask }: LineOptions): readonly string[] {
  if (error instanceof InterruptedError) return [];
  const output = outputOf(error).slice(-LAST_LINES).map((one) => printable(mask(one)));
  return [
    ...mask(error.message).split("\n").flatMap((one) => folded(printable(one), width - 2)).map((one) =>
      `  ${one}`
    ),
    ...output.flatMap((one) => foldTo(one, width - 4)).map((one) => paint(`  | ${one}`, "faint")),
  ];
}

/** Folds a line, and indents the lines after the first. */
function folded(line: string, width: number): readonly string[] {
  const [first = "", ...rest] = foldTo(line, width);
  // The rest is folded again, as indented lines are shorter.
  return rest.length === 0 ? [first] : [first, ...foldTo(rest.join(" "), width - 2).map((one) => `  ${one}`)];
}

/** Renders the number of instances with each result, as `2 running, 1 failed, 4.2 s`; no line for one instance. */
export function summaryLines(
  state: ProgressState,
  now: number,
  { width, paint }: LineOptions,
): readonly string[] {
  const ended = [...state.rows.values()].filter(({ name, ended }) => name !== "" && ended);
  if (ended.length < 2) return [];
  const counts = new Map<string, { readonly tone: Tone; readonly count: number }>();
  for (const { ended: one } of ended) {
    const count = (counts.get(one!.word)?.count ?? 0) + 1;
    counts.set(one!.word, { count, tone: TONES[one!.how] });
  }
  const time = secondsText((now - state.began) / 1000);
  const bare = [...counts].map(([word, { count }]) => `${count} ${word}`).join(", ");
  if (widthOf(bare) + time.length + 2 > width) return folded(`${bare}  ${time}`, width);
  const text = [...counts].map(([word, { count, tone }]) => paint(`${count} ${word}`, tone)).join(", ");
  return [`${text}  ${paint(time, "faint")}`];
}
