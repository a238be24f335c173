/** The screen of a terminal that folds long lines anew when its width changes; each character takes a column. */
import { assert } from "@std/assert";

/** A screen, to write to. */
export class Screen {
  readonly #lines: string[] = [""];
  #line = 0;
  #column = 0;
  /** The columns, which a user may change. */
  columns: number;

  constructor(columns = 80) {
    this.columns = columns;
  }

  /** Writes text; sequences that programs do not use here are a defect. */
  write(text: string): void {
    // deno-lint-ignore no-control-regex
    for (const [part] of text.matchAll(/\x1b\[[0-9;?]*[A-Za-z]|[\r\n]|[^\r\n\x1b]+|[^]/g)) this.#take(part);
  }

  /** The lines that a user sees, without those at the end that are empty. */
  lines(): readonly string[] {
    const rows = this.#lines.flatMap((line) => {
      const count = this.#rowsOf(line);
      return Array.from({ length: count }, (_, at) => line.slice(at * this.columns, (at + 1) * this.columns));
    }).map((row) => row.trimEnd());
    return rows.slice(0, rows.findLastIndex((row) => row !== "") + 1);
  }

  /** Tells whether the cursor stands at the begin of an empty line. */
  isAtBegin(): boolean {
    return this.#column === 0 && this.#lines[this.#line] === "";
  }

  #rowsOf(line: string): number {
    return Math.max(1, Math.ceil(line.length / this.columns));
  }

  #take(part: string): void {
    if (part === "\r") this.#column -= this.#column % this.columns;
    else if (part === "\n") {
      this.#line++;
      this.#column = 0;
      if (this.#line === this.#lines.length) this.#lines.push("");
    } else if (part === "\x1b[A") this.#up();
    else if (part === "\x1b[K") this.#cut();
    else if (part === "\x1b[J") {
      this.#cut();
      this.#lines.splice(this.#line + 1);
    } else if (part.startsWith("\x1b[") && part.endsWith("m")) return;
    else {
      assert(!part.startsWith("\x1b"), `the terminal does not understand ${JSON.stringify(part)}`);
      const line = this.#lines[this.#line]!;
      const after = line.slice(this.#column + part.length);
      this.#lines[this.#line] = line.slice(0, this.#column).padEnd(this.#column) + part + after;
      this.#column += part.length;
    }
  }

  #up(): void {
    if (this.#column >= this.columns) this.#column -= this.columns;
    else if (this.#line > 0) {
      this.#line--;
      this.#column = (this.#rowsOf(this.#lines[this.#line]!) - 1) * this.columns;
    }
  }

  #cut(): void {
    this.#lines[this.#line] = this.#lines[this.#line]!.slice(0, this.#column);
  }
}
