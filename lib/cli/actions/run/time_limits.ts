/**
 * Limits of the time that a program in an instance may take, as the command line gives them.
 *
 * @module
 */
import { secondsOf } from "../../../base/durations.ts";
import { UsageError } from "../../../base/errors.ts";
import type { Program } from "../../../step/program.ts";

/** Longest duration that a timer of the runtime can wait for. */
export const LONGEST_SECONDS = 24 * 24 * 3600;

/** Reads a duration such as `30m`, or seconds; `undefined` where there is none. */
export function durationOf(flag: string, text: string): number | undefined {
  if (text === "") return undefined;
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : secondsOf(text);
  if (seconds === undefined || !(seconds > 0) || seconds > LONGEST_SECONDS) {
    throw new UsageError(`--${flag} takes a duration such as 90s, 30m or 2h, not "${text}"`);
  }
  return seconds;
}

/** Reads the flags of a program's time. */
export function limitsOf(
  values: { readonly timeout: string; readonly "kill-after": string },
): Pick<Program, "limitSeconds" | "endSeconds"> {
  const limitSeconds = durationOf("timeout", values.timeout);
  const endSeconds = durationOf("kill-after", values["kill-after"]);
  return {
    ...(limitSeconds === undefined ? {} : { limitSeconds }),
    ...(endSeconds === undefined ? {} : { endSeconds }),
  };
}
