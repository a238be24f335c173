/**
 * The lines at the bottom of a terminal that show what runs now.
 *
 * @module
 */
import { cutTo, padTo, widthOf } from "../../../base/text/width.ts";
import { printable } from "../output.ts";
import { amountTexts, durationText, leftText } from "./amount.ts";
import type { Paint } from "./colors.ts";
import { type ProgressState, type Row, runningRows, waitingCount } from "./state.ts";

/** The size of a terminal. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The widest line: on a wide terminal, the seconds would stand far from the rest. */
const WIDEST = 110;

/** The size for terminals that report 0, as they do not know theirs. */
const USUAL: Size = { columns: 80, rows: 24 };

const SPINNER = ["|", "/", "-", "\\"] as const;
const TURN_MS = 100;

/** Returns the columns that a line may take: in the last one, some terminals begin a new line. */
export function usableWidth({ columns }: Size): number {
  return Math.min(Math.max((columns || USUAL.columns) - 1, 12), WIDEST);
}

/** The form of a frame. */
export interface FrameOptions {
  readonly size: Size;
  /** The time in milliseconds. */
  readonly now: number;
  readonly paint: Paint;
  /** Masks the secret values in a text. */
  readonly mask: (text: string) => string;
}

/** Renders what runs, a line for each instance. No line is wider than the terminal, and one line of it stays free. */
export function frameOf(state: ProgressState, options: FrameOptions): readonly string[] {
  const { size, paint } = options;
  const running = runningRows(state);
  if (running.length === 0) return [];
  const width = usableWidth(size);
  const waiting = waitingCount(state);
  const most = Math.max(1, (size.rows || USUAL.rows) - 2);
  const fits = running.length <= most - (waiting > 0 ? 1 : 0);
  const shown = fits ? running : running.slice(0, most - 1);
  const more = [
    ...(shown.length < running.length ? [`${running.length - shown.length} more running`] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
  ];
  return [
    ...shown.map((row) => rowLine(row, state, width, options)),
    ...(more.length > 0 ? [paint(cutTo(`  ... ${more.join(", ")}`, width), "faint")] : []),
  ];
}

function rowLine(
  row: Row,
  state: ProgressState,
  width: number,
  { now, paint, mask }: FrameOptions,
): string {
  const time = secondsText((now - row.began) / 1000);
  const spinner = SPINNER[Math.floor((now - state.began) / TURN_MS) % SPINNER.length]!;
  // A part of a value that is not to be shown, as a cut leaves it, would no longer be recognized.
  const safe = (text: string) => printable(mask(text));
  const title = safe(row.title);
  const name = row.name === "" ? "" : `${nameColumn(row.name, state, width)}  `;
  const room = width - 2 - widthOf(name) - 2 - widthOf(time);
  // On a very narrow terminal, only the running step fits.
  if (room < LEAST_ROOM) {
    return `${paint(spinner, "busy")} ${cutTo(name + title, width - 2)}`;
  }
  const detail = row.detail === undefined ? {} : { detail: safe(row.detail) };
  const what = padTo(cutTo(whatRuns({ ...row, title, ...detail }, now, room), room), room);
  return `${paint(spinner, "busy")} ${name}${what}  ${paint(time, "faint")}`;
}

/** Returns the name of an instance in its column, which takes a third of the line at most. */
export function nameColumn(name: string, { nameWidth }: ProgressState, width: number): string {
  const most = Math.min(nameWidth, Math.max(4, Math.floor(width / 3)));
  return padTo(cutTo(printable(name), most), most);
}

/** The fewest columns of what runs, beside its name and time. */
const LEAST_ROOM = 8;

/** The columns that a title keeps beside its progress. */
const LEAST_TITLE = 16;

/** Returns the running step and its progress, in as much detail as fits. */
function whatRuns(row: Row, now: number, room: number): string {
  const { title } = row;
  const least = Math.min(widthOf(title), LEAST_TITLE) + 2;
  const far = farTexts(row, now).find((one) => widthOf(one) + least <= room) ?? "";
  return far === "" ? title : `${cutTo(title, room - widthOf(far) - 2)}  ${far}`;
}

/** Returns texts for the progress of a step, the longest one first. */
function farTexts({ flow, detail, share }: Row, now: number): readonly string[] {
  if (flow) return amountTexts(flow, now);
  if (detail === undefined) return [];
  const left = share ? leftText(share, now) : "";
  return [...(left === "" ? [] : [`${detail}, ${left}`]), detail, ...(share ? [`${share.bytes}%`] : [])];
}

/**
 * Renders the time that a step has taken so far, with tenths below ten seconds, so that short steps show a difference.
 */
export function secondsText(seconds: number): string {
  return seconds < 9.95 ? `${seconds.toFixed(1)} s` : durationText(Math.floor(seconds));
}
