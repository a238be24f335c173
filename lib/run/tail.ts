/**
 * The last lines of a program's output, which an error quotes.
 *
 * @module
 */

const LINES = 20;
/** A program may well print a line without end. */
const CHARACTERS = 1000;

/** Keeps the last lines of some output. */
export class Tail {
  #lines: string[] = [];

  /** Takes a line. */
  push(line: string): void {
    this.#lines.push(line.length > CHARACTERS ? `${line.slice(0, CHARACTERS)}...` : line);
    if (this.#lines.length > LINES) this.#lines.shift();
  }

  /** Forgets all lines. */
  clear(): void {
    this.#lines = [];
  }

  /** The lines as text. */
  text(): string {
    return this.#lines.join("\n");
  }
}
