/**
 * A table of results in a file, written anew after each row.
 *
 * @module
 */

/** A table. */
export class Table {
  readonly #path: string;
  readonly #head: readonly string[];
  /** The number of columns that say what a row is about. */
  readonly #keys: number;
  readonly #rows = new Map<string, readonly string[]>();
  /** The rows of this run, and how many of them have failed. */
  count = 0;
  failed = 0;

  constructor(path: string, head: readonly string[], keys: number) {
    this.#path = path;
    this.#head = head;
    this.#keys = keys;
  }

  /** Keeps the rows that the file has. */
  async read(): Promise<void> {
    const text = await Deno.readTextFile(this.#path).catch(() => "");
    for (const line of text.split("\n").slice(1).filter(Boolean)) this.#put(line.split("\t"));
  }

  /** Adds a row, or puts it in the place of an earlier one about the same, and says what is wrong with it. */
  async add(cells: readonly string[], wrong: readonly string[]): Promise<void> {
    this.count++;
    if (cells.at(-1)!.startsWith("FAILED")) this.failed++;
    this.#put(cells);
    console.error(cells.join(" | ") + wrong.map((line) => `\n    ${line}`).join(""));
    const lines = [...this.#rows.values()].map((row) => row.join("\t")).toSorted();
    await Deno.writeTextFile(this.#path, [this.#head.join("\t"), ...lines, ""].join("\n"));
  }

  /** Tells whether there are rows that begin with these cells, and none of them failed. */
  has(...cells: readonly string[]): boolean {
    const found = [...this.#rows.values()].filter((row) => cells.every((cell, index) => row[index] === cell));
    return found.length > 0 && found.every((row) => !row.at(-1)!.startsWith("FAILED"));
  }

  #put(cells: readonly string[]): void {
    this.#rows.set(cells.slice(0, this.#keys).join("\t"), cells);
  }
}
