/** Runs of plans as events with times, and what a terminal shows of them. */
import { LiveProgress, type LiveTerminal } from "../../../../lib/cli/output/progress/live.ts";
import { plain } from "../../../../lib/cli/output/progress/colors.ts";
import type { RunEvent } from "../../../../lib/run/events.ts";
import type { Plan, Step } from "../../../../lib/step/step.ts";
import { Screen } from "../../../support/screen.ts";
import { step } from "../../../support/steps.ts";

/** An event at a number of milliseconds after the begin; without an event, only the time or the width changes. */
export type Moment = readonly [milliseconds: number, event?: RunEvent | { readonly columns: number }];

/** A plan, and what happens. */
export interface Story {
  readonly plan: Plan;
  readonly moments: readonly Moment[];
}

/** A step that starts an instance. */
export function starting(name: string): Step {
  const effect = {
    kind: "send",
    method: "PUT",
    path: `/1.0/instances/${name}/state`,
    body: { action: "start" },
  } as const;
  return { title: `Start instance ${name}`, effect };
}

/** A step that writes down how far a run has come. */
export function noting(name: string): Step {
  const body = { config: { "user.lxops.record": "1" } };
  const effect = { kind: "send", method: "PATCH", path: `/1.0/instances/${name}`, body } as const;
  return { title: `Record what was applied to instance ${name}`, effect };
}

/** The begin of a step. */
export function start(instance: string, what: string | Step): RunEvent {
  return { kind: "start", instance, step: typeof what === "string" ? step(what) : what };
}

/** The end of a step. */
export function done(instance: string, what: string | Step, seconds = 0.5): RunEvent {
  return { kind: "done", instance, step: typeof what === "string" ? step(what) : what, seconds };
}

/** Options of a terminal. */
export interface ToldOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly verbose?: boolean;
  readonly mask?: (text: string) => string;
  readonly paint?: LiveTerminal["paint"];
  readonly stamp?: () => string;
}

/** Tells a story on a terminal; returns the screen after each moment, after the end, and all that was written. */
export function told(
  { plan, moments }: Story,
  { columns = 80, rows = 24, verbose = false, mask = (text) => text, paint = plain, stamp }: ToldOptions = {},
) {
  const screen = new Screen(columns);
  const written: string[] = [];
  let [now, tick] = [0, () => {}];
  const live = new LiveProgress(
    {
      write: (text) => {
        written.push(text);
        screen.write(text);
      },
      size: () => ({ columns: screen.columns, rows }),
      now: () => now,
      every: (_, act) => {
        tick = act;
        return () => void (tick = () => {});
      },
      paint,
      mask,
    },
    plan,
    { verbose, ...(stamp ? { stamp } : {}) },
  );
  const screens = moments.map(([at, event]) => {
    now = at;
    if (event && "columns" in event) screen.columns = event.columns;
    else if (event) live.report(event);
    tick();
    return screen.lines();
  });
  live.end();
  return { screens, last: screen.lines(), text: written.join(""), isAtBegin: screen.isAtBegin() };
}
