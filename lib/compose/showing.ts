/**
 * The one place that knows what stderr shows now: messages remove the lines of progress from the terminal first. The
 * code that draws these lines is loaded when a plan is carried out on a terminal.
 *
 * @module
 */
import type { AppApplyOptions } from "../cli/command/app.ts";
import type { Hidden } from "../cli/output/hidden.ts";
import { printableJsonLine } from "../cli/output/output.ts";
import { type Display, type Mode, modeFor, USUAL } from "../cli/output/progress/display.ts";
import type { RunEvent } from "../run/events.ts";
import type { Plan } from "../step/step.ts";
import { toStderr } from "./standard_streams.ts";

/** The display of a plan's events. */
export interface Progress {
  report(event: RunEvent): void;
  /** Removes the drawn lines from the terminal. */
  clear?(): void;
  end(): void;
}

/** The current display of stderr. */
export class Showing {
  readonly #hidden: Hidden;
  #display: Display = USUAL;
  #progress: Progress | undefined;

  constructor(hidden: Hidden) {
    this.#hidden = hidden;
  }

  /** Sets the form that the flags of a command name. */
  readonly showAs = (display: Display): void => {
    this.#display = display;
  };

  /** Returns the form of progress. */
  readonly mode = (): Exclude<Mode, "auto"> =>
    modeFor(this.#display, { isTerminal: Deno.stderr.isTerminal(), term: Deno.env.get("TERM") });

  /** Tells whether results are to be printed. */
  readonly hasResults = (): boolean => this.#display.json || this.mode() !== "quiet";

  /** Removes the drawn lines from the terminal. */
  readonly clear = (): void => this.#progress?.clear?.();

  /** Writes a message or an error. */
  readonly tell = (text: string): void => {
    this.clear();
    const isJson = this.mode() === "json";
    const time = new Date().toISOString();
    this.#write(`${isJson ? printableJsonLine({ time, event: "message", text }) : text}\n`);
  };

  /** Begins to show a plan; nothing is shown where the user wants only failures. */
  readonly begin = async (plan: Plan, options: AppApplyOptions): Promise<Progress | undefined> => {
    const mode = this.mode();
    const progress = mode === "quiet" ? undefined : await this.#begun(mode, plan, options);
    this.#progress = progress;
    return progress;
  };

  async #begun(mode: "tty" | "plain" | "json", plan: Plan, options: AppApplyOptions): Promise<Progress> {
    const stamp = this.#display.timestamps ? { stamp: timeOfDay } : {};
    const how = { verbose: options.verbose, summary: options.summary ?? false, ...stamp };
    const now = () => performance.now();
    if (mode === "tty") {
      const { liveOn } = await import("./terminal_progress.ts");
      return liveOn({ write: toStderr, mask: this.#hidden.mask, now }, plan, how);
    }
    if (mode === "plain") {
      const { PlainProgress } = await import("../cli/output/progress/plain.ts");
      const stream = { write: this.#write, now };
      return new PlainProgress(stream, plan, how);
    }
    const { JsonProgress } = await import("../cli/output/progress/json.ts");
    return new JsonProgress({ write: this.#write, now, date: () => new Date() }, plan, how);
  }

  readonly #write = (text: string): void => this.#hidden.through(toStderr)(text);
}

/** Returns the time of day, with which the lines of `--timestamps` begin. */
function timeOfDay(): string {
  return `${new Date().toTimeString().slice(0, 8)} `;
}
