/**
 * Bytes of a program's output into lines, as they come.
 *
 * @module
 */

/** Splits chunks into lines; a line longer than the limit is delivered in pieces, so that memory stays bounded. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #limit: number;
  readonly #decoder = new TextDecoder();
  #rest = "";

  constructor(onLine: (line: string) => void, limit = 65536) {
    this.#onLine = onLine;
    this.#limit = limit;
  }

  /** Takes bytes and delivers the lines that they complete. */
  push(chunk: Uint8Array): void {
    this.#take(this.#decoder.decode(chunk, { stream: true }));
  }

  /** Delivers the text after the last end of line. */
  end(): void {
    this.#take(this.#decoder.decode());
    if (this.#rest !== "") this.#deliver(this.#rest);
    this.#rest = "";
  }

  #take(text: string): void {
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.#deliver(this.#rest + text.slice(start, end));
      this.#rest = "";
      start = end + 1;
    }
    this.#rest += text.slice(start);
    while (this.#rest.length >= this.#limit) {
      this.#onLine(this.#rest.slice(0, this.#limit));
      this.#rest = this.#rest.slice(this.#limit);
    }
  }

  #deliver(line: string): void {
    const text = line.endsWith("\r") ? line.slice(0, -1) : line;
    for (let start = 0; start === 0 || start < text.length; start += this.#limit) {
      this.#onLine(text.slice(start, start + this.#limit));
    }
  }
}
