/**
 * Progress on a terminal: lines that stay, and below them the running steps, which are redrawn.
 *
 * @module
 */
import { widthOf } from "../../../base/text/width.ts";
import type { RunEvent } from "../../../run/events.ts";
import type { Plan } from "../../../step/step.ts";
import type { ReportOptions } from "../report.ts";
import type { Paint } from "./colors.ts";
import { frameOf, type Size, usableWidth } from "./frame.ts";
import { linesOf, summaryLines } from "./lines.ts";
import { advance, beginning, type ProgressState } from "./state.ts";

/** A terminal and a clock. */
export interface LiveTerminal {
  write(text: string): void;
  size(): Size;
  /** The time in milliseconds. */
  now(): number;
  /** Calls a function repeatedly until the returned function is called. */
  every(milliseconds: number, act: () => void): () => void;
  readonly paint: Paint;
  /** Masks the secret values in a text. */
  readonly mask: (text: string) => string;
}

/** Options for showing events. */
export interface LiveOptions extends ReportOptions {
  /** The command leaves its instances running. */
  readonly summary?: boolean;
  /** Returns the text with which each line begins. */
  readonly stamp?: () => string;
}

const REDRAW_MS = 100;
const UP = "\x1b[A";
const CLEAR_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";

/** The display of a plan that is carried out. */
export class LiveProgress {
  readonly #terminal: LiveTerminal;
  readonly #options: LiveOptions;
  #state: ProgressState;
  /**
   * The lines that are drawn. The cursor is below them, so that the `^C` of a terminal, or the prompt of the shell
   * after lxops was killed, overwrites none of them.
   */
  #drawn: readonly string[] = [];
  #stop: (() => void) | undefined;
  /** Programs may ask the user something now, so nothing is drawn. */
  #isAsking = false;

  constructor(terminal: LiveTerminal, plan: Plan, options: LiveOptions) {
    this.#terminal = terminal;
    this.#options = options;
    this.#state = beginning(plan, terminal.now(), options.summary ? "running" : undefined);
  }

  /** Shows one event. */
  report(event: RunEvent): void {
    if (event.kind === "asks") {
      this.clear();
      this.#isAsking = true;
      return;
    }
    this.#state = advance(this.#state, event, this.#terminal.now());
    const lines = linesOf(event, this.#state, this.#lineOptions());
    if (lines.length > 0 || event.kind === "start" && this.#drawn.length === 0) this.#draw(lines);
    // A timer draws further changes: drawing at each event, one for each MiB, would be too often.
    this.#stop ??= this.#terminal.every(REDRAW_MS, () => this.#draw([]));
  }

  /** Removes the drawn lines from the terminal, so that something else can be written. */
  clear(): void {
    if (this.#drawn.length === 0) return;
    this.#terminal.write(`${this.#home()}${CLEAR_BELOW}`);
    this.#drawn = [];
  }

  /** Ends the display. */
  end(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.clear();
    const lines = summaryLines(this.#state, this.#terminal.now(), this.#lineOptions());
    if (lines.length > 0) this.#terminal.write(`${this.#stamped(lines).join("\n")}\n`);
  }

  #lineOptions() {
    const { paint } = this.#terminal;
    const width = usableWidth(this.#terminal.size()) - (this.#options.stamp?.() ?? "").length;
    return { verbose: this.#options.verbose, paint, width, mask: this.#terminal.mask };
  }

  #stamped(lines: readonly string[]): readonly string[] {
    const stamp = this.#options.stamp?.() ?? "";
    return lines.map((line) => `${stamp}${line}`);
  }

  #draw(lines: readonly string[]): void {
    const { paint, mask } = this.#terminal;
    const size = this.#terminal.size();
    const now = this.#terminal.now();
    const frame = this.#isAsking ? [] : frameOf(this.#state, { size, now, paint, mask });
    if (lines.length === 0 && frame.join("\n") === this.#drawn.join("\n")) return;
    const all = [...this.#stamped(lines), ...frame].map((line) => `${line}${CLEAR_LINE}\n`).join("");
    this.#terminal.write(`${this.#home()}${all}${CLEAR_BELOW}`);
    this.#drawn = frame;
  }

  /**
   * Returns the control sequence that moves the cursor to the first drawn line. A terminal that has become narrower has
   * folded lines.
   */
  #home(): string {
    const columns = this.#terminal.size().columns || 80;
    const rows = this.#drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(widthOf(bare(line)) / columns)),
      0,
    );
    return `\r${UP.repeat(rows)}`;
  }
}

/** Returns a line without its colors. */
function bare(line: string): string {
  // deno-lint-ignore no-control-regex
  return line.replaceAll(/\x1b\[\d+m/g, "");
}
