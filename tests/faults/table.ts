/**
 * A table of results in a file, written anew after each row. Lines before its head say of each run what it ran and when.
 *
 * @module
 */

const minute = () => new Date().toISOString().replace("T", " ").replace(/:\d\d\..*/, "");

/** A table. */
export class Table {
  readonly #path: string;
  readonly #head: readonly string[];
  /** The number of columns that say what a row is about. */
  readonly #keys: number;
  readonly #rows = new Map<string, readonly string[]>();
  /** Lines about the runs that the rows are from. */
  readonly #runs: string[] = [];
  readonly #title: string;
  readonly #start = minute();
  /** The rows of this run, and how many of them have failed. */
  count = 0;
  failed = 0;

  /** Takes the path of the file, its columns, the number of those that say what a row is about, and what runs. */
  constructor(path: string, head: readonly string[], keys: number, title: string) {
    this.#path = path;
    this.#title = title;
    this.#head = head;
    this.#keys = keys;
  }

  /** Keeps the rows that the file has. */
  async read(): Promise<void> {
    const text = await Deno.readTextFile(this.#path).catch(() => "");
    const lines = text.split("\n").filter(Boolean);
    this.#runs.push(...lines.filter((line) => line.startsWith("# ")));
    for (const line of lines.slice(this.#runs.length + 1)) this.#put(line.split("\t"));
  }

  /** Adds a row, or puts it in the place of an earlier one about the same, and says what is wrong with it. */
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

  /** Tells whether there are rows that begin with these cells, and none of them failed. */
  has(...cells: readonly string[]): boolean {
    const found = [...this.#rows.values()].filter((row) => cells.every((cell, index) => row[index] === cell));
    return found.length > 0 && found.every((row) => !row.at(-1)!.startsWith("FAILED"));
  }

  #put(cells: readonly string[]): void {
    this.#rows.set(cells.slice(0, this.#keys).join("\t"), cells);
  }
}
