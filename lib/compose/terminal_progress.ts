/**
 * Progress on the terminal of the process.
 *
 * @module
 */
import { colored, plain } from "../cli/output/progress/colors.ts";
import { type LiveOptions, LiveProgress, type LiveTerminal } from "../cli/output/progress/live.ts";
import type { Plan } from "../step/step.ts";

/** Shows a plan on the terminal of stderr. */
export function liveOn(
  stream: Pick<LiveTerminal, "write" | "mask" | "now">,
  plan: Plan,
  options: LiveOptions,
): LiveProgress {
  const terminal: LiveTerminal = {
    ...stream,
    size,
    every: (milliseconds, act) => {
      const timer = setInterval(act, milliseconds);
      // It keeps no run from its end.
      Deno.unrefTimer(timer);
      return () => clearInterval(timer);
    },
    // https://no-color.org: any value but the empty one.
    paint: Deno.env.get("NO_COLOR") ? plain : colored,
  };
  return new LiveProgress(terminal, plan, options);
}

function size() {
  try {
    return Deno.consoleSize();
  } catch {
    // A terminal that is gone has no size.
    return { columns: 0, rows: 0 };
  }
}
