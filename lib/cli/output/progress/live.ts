/**
 * Progress on a terminal: lines that stay, and below them what runs now, drawn again as it goes on.
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
  /** Calls a function again and again, until what it returns is called. */
  every(milliseconds: number, act: () => void): () => void;
  readonly paint: Paint;
  /** Takes values that are not to be shown out of a text. */
  readonly mask: (text: string) => string;
}

/** How events are shown. */
export interface LiveOptions extends ReportOptions {
  /** The command leaves its instances running. */
  readonly summary?: boolean;
  /** Returns what each line begins with. */
  readonly stamp?: () => string;
}

const REDRAW_MS = 100;
const UP = "\x1b[A";
const CLEAR_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";

/** Shows a plan that is carried out. */
export class LiveProgress {
  readonly #terminal: LiveTerminal;
  readonly #options: LiveOptions;
  #state: ProgressState;
  /**
   * The lines that are drawn. The cursor is below them, where what a terminal shows of Ctrl-C does no harm, nor the
   * prompt of the shell once lxops was killed.
   */
  #drawn: readonly string[] = [];
  #stop: (() => void) | undefined;
  /** Programs may ask something at any time: nothing is drawn where they do. */
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
    // Further changes are drawn in time; an event for each MiB would be too many.
    this.#stop ??= this.#terminal.every(REDRAW_MS, () => this.#draw([]));
  }

  /** Takes what is drawn off the terminal, so that something else can be written. */
  clear(): void {
    if (this.#drawn.length === 0) return;
    this.#terminal.write(`${this.#home()}${CLEAR_BELOW}`);
    this.#drawn = [];
  }

  /** Ends what is shown. */
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

  /** Returns what moves the cursor to the first line that is drawn. A narrower terminal has folded lines meanwhile. */
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
