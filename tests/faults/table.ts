/**
 * A table of results in a file, rewritten after each row. The lines before its head describe the runs.
 *
 * @module
 */

const minute = () => new Date().toISOString().replace("T", " ").replace(/:\d\d\..*/, "");

/** A table. */
export class Table {
  readonly #path: string;
  readonly #head: readonly string[];
  /** The number of columns that identify a row. */
  readonly #keys: number;
  readonly #rows = new Map<string, readonly string[]>();
  /** Lines about the runs that the rows are from. */
  readonly #runs: string[] = [];
  readonly #title: string;
  readonly #start = minute();
  /** The numbers of rows and of failed rows of this run. */
  count = 0;
  failed = 0;

  /** Takes the path of the file, its columns, the number of columns that identify a row, and the title of the run. */
  constructor(path: string, head: readonly string[], keys: number, title: string) {
    this.#path = path;
    this.#title = title;
    this.#head = head;
    this.#keys = keys;
  }

  /** Reads the rows of the file. */
  async read(): Promise<void> {
    const text = await Deno.readTextFile(this.#path).catch(() => "");
    const lines = text.split("\n").filter(Boolean);
    this.#runs.push(...lines.filter((line) => line.startsWith("# ")));
    for (const line of lines.slice(this.#runs.length + 1)) this.#put(line.split("\t"));
  }

  /** Adds a row, or replaces the row with the same first columns, and prints its differences. */
  async add(cells: readonly string[], wrong: readonly string[]): Promise<void> {
    this.count++;
    if (cells.at(-1)!.startsWith("FAILED")) this.failed++;
    this.#put(cells);
    console.error(cells.join(" | ") + wrong.map((line) => `\n    ${line}`).join(""));
    const lines = [...this.#rows.values()].map((row) => row.join("\t")).toSorted();
    const run = `# ${this.count} rows, ${this.failed} failed, ${this.#start} to ${minute()}: ${this.#title}`;
    const head = [...this.#runs, run, this.#head.join("\t")];
    await Deno.writeTextFile(this.#path, [...head, ...lines, ""].join("\n"));
  }

  /** Tells whether the table has rows that begin with these cells, and none of them failed. */
  has(...cells: readonly string[]): boolean {
    const found = [...this.#rows.values()].filter((row) => cells.every((cell, index) => row[index] === cell));
    return found.length > 0 && found.every((row) => !row.at(-1)!.startsWith("FAILED"));
  }

  #put(cells: readonly string[]): void {
    this.#rows.set(cells.slice(0, this.#keys).join("\t"), cells);
  }
}
