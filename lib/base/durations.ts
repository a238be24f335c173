/**
 * Durations as docker compose writes them: `90s`, `1m30s`, `500ms`.
 *
 * @module
 */
const UNITS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** A duration: numbers with units, the largest first or in any order. */
export const DURATION = /^(?:0|(?:\d{1,9}(?:\.\d{1,6})?(?:us|ms|s|m|h))+)$/;

/** Parses a duration; `undefined` where a text is none. */
export function secondsOf(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  const parts = [...text.matchAll(/([\d.]+)(us|ms|s|m|h)/g)];
  const sum = parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0);
  return Math.round(sum * 1e6) / 1e6;
}

/** Renders seconds as a duration. */
export function durationText(seconds: number): string {
  if (seconds % 1 !== 0) return `${Number(seconds.toFixed(6))}s`;
  const parts = [[Math.floor(seconds / 3600), "h"], [Math.floor(seconds / 60) % 60, "m"], [
    seconds % 60,
    "s",
  ]];
  return parts.filter(([count]) => count !== 0).map((part) => part.join("")).join("") || "0s";
}
