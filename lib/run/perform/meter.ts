/**
 * Progress of copies in bytes.
 *
 * @module
 */
import { sizeText } from "../../base/sizes.ts";
import type { OnCount } from "../../ports/mod.ts";
import type { RunEvent } from "../events.ts";

/** A meter, which receives the signs of progress. */
export interface Meter {
  readonly bytes: OnCount;
  /** Takes a line of output; returns `false` where it is not about progress. */
  readonly line: (line: string) => boolean;
}

/** Number of bytes between two reports. */
const STEP = 1 << 20;

/** Makes a meter that reports bytes that went through a pipe, or those that rsync says it has copied. */
export function meter(what: string, instance: string, report: (event: RunEvent) => void): Meter {
  let told = 0;
  const tell = (bytes: number) =>
    report({ kind: "progress", instance, text: `${what}: ${sizeText(bytes)}`, amount: { bytes } });
  return {
    bytes: (count) => {
      // It begins anew where what was busy is tried again.
      if (count < told) told = 0;
      if (count - told < STEP) return;
      told = count;
      tell(count);
    },
    line: (line) => {
      const found = /^\s*([\d,]+)\s+\d+%/.exec(line);
      if (found) tell(Number(found[1]!.replaceAll(",", "")));
      return found !== null;
    },
  };
}
