/**
 * The progress of a copy or a download: its bytes, its rate and the time that is left.
 *
 * @module
 */
import { sizeText } from "../../../base/sizes.ts";
import type { Amount } from "../../../ports/copy.ts";

/** The bytes that were copied until a time. */
interface Sample {
  readonly bytes: number;
  /** Milliseconds. */
  readonly at: number;
}

/** The progress of a copy, with the samples that its rate is computed from. */
export interface Flow {
  readonly bytes: number;
  readonly total?: number;
  /** The latest samples, the oldest first. */
  readonly samples: readonly Sample[];
}

const MIB = 1 << 20;

/** The time over which the rate is measured. */
const WINDOW_MS = 5000;

/** The shortest time after which a rate is shown. */
const SETTLED_MS = 400;

/** Returns the progress after more bytes; it begins anew where there are fewer than before. */
export function counted(
  before: Flow | undefined,
  { bytes, total }: Amount,
  now: number,
): Flow {
  const kept = before && before.bytes <= bytes ? before.samples : [];
  // The last sample before the window stays, so that the window is full.
  const first = Math.max(0, kept.findLastIndex(({ at }) => at <= now - WINDOW_MS));
  return {
    bytes,
    ...(total === undefined ? {} : { total }),
    samples: [...kept.slice(first), { bytes, at: now }],
  };
}

/** Returns the rate in bytes per second; `undefined` where the samples are too few yet. */
export function rateOf({ samples }: Flow, now: number): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || now - first.at < SETTLED_MS || last.bytes === first.bytes) return undefined;
  return (last.bytes - first.bytes) * 1000 / Math.max(now - first.at, 1);
}

/** Renders the progress as `120.0MiB of 300.0MiB, 48.2MiB/s, 4 s left`, followed by shorter texts. */
export function amountTexts(flow: Flow, now: number): readonly string[] {
  const { bytes, total } = flow;
  const rate = rateOf(flow, now);
  // Copies report each MiB. With less than that left, all may have arrived, and the daemon may be working on it.
  const left = total !== undefined && total - bytes < MIB ? "" : leftText(flow, now);
  const size = total === undefined ? sizeText(bytes) : `${sizeText(bytes)} of ${sizeText(total)}`;
  const speed = rate === undefined ? "" : `${sizeText(Math.round(rate))}/s`;
  const share = total === undefined ? sizeText(bytes) : `${Math.floor(bytes * 100 / total)}%`;
  const texts = [[size, speed, left], [size, left], [share, speed, left], [share, left], [share]];
  return texts.map((parts) => parts.filter((one) => one !== "").join(", "));
}

/** Renders the time that is left, as `4 s left`; an empty text where the rate is unknown. */
export function leftText(flow: Flow, now: number): string {
  const [{ bytes, total }, rate] = [flow, rateOf(flow, now)];
  if (rate === undefined || total === undefined || total <= bytes) return "";
  return `${durationText((total - bytes) / rate)} left`;
}

/** Renders a time: `4 s`, `2 min 5 s`, `1 h 3 min`. */
export function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
}
