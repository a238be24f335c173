/**
 * Lists in the requested form: as a table for users, or as CSV, YAML or JSON for programs.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import { sizeText } from "../../base/sizes.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { App } from "../command/app.ts";
import type { Listing, ObjectOf, Shape, Shapes } from "../results/shape.ts";
import { printable, printableJson, printableYaml } from "./output.ts";
import { renderTable } from "./table.ts";

/** Values of the flags of commands that print a list. */
export interface ListValues {
  readonly json: boolean;
  readonly format?: string;
  readonly columns?: string;
}

/** Options of a command for its list. */
export interface ListOptions {
  /** The columns of a table unless others are requested; absent: those of the listing. */
  readonly shownColumns?: readonly string[];
  /** A table has no heading unless it is requested. */
  readonly bare?: boolean;
}

/** The parts of an app that a list is rendered for. */
export type ListApp = Pick<App, "mask" | "width">;

const FORMATS = ["table", "compact", "csv", "yaml", "json"] as const;

/** The format of a list, and whether it has a heading. */
interface Format {
  readonly name: typeof FORMATS[number];
  readonly header: boolean;
}

/** Refuses unknown formats and columns; commands that take long call it before they begin. */
export function checkList(listing: Listing, values: ListValues): void {
  formatOf(values, true);
  columnsOf(listing, values, listing.columns);
}

/** Tells whether a flag asks for the result in a form of its own; commands that change something print none otherwise. */
export function isAskedFor({ json, format = "", columns = "" }: ListValues): boolean {
  return json || format !== "" || columns !== "";
}

/** Tells whether a list is for programs, which get data instead of a text for users. */
export function isForPrograms(values: ListValues): boolean {
  const { name } = formatOf(values, true);
  return name !== "table" && name !== "compact";
}

/** Tells whether the whole result is requested as data, and not some columns of a list in it. */
export function isWhole(values: ListValues): boolean {
  return !values.columns && ["json", "yaml"].includes(formatOf(values, true).name);
}

/** Prints a value that is no list as JSON, or YAML where flags ask for it. */
export async function printValue(
  app: Pick<App, "print">,
  value: unknown,
  values: ListValues,
): Promise<void> {
  app.print(
    formatOf(values, true).name === "yaml" ? await yamlText(value) : `${printableJson(value)}\n`,
  );
}

/** A result that is more than its rows, or has another form for users. */
export interface PrintedResult<K extends Shapes> {
  /** The result as JSON and YAML have it. */
  readonly whole: unknown;
  readonly rows: readonly ObjectOf<K>[];
  /** The text for users, where no flag asks for a form. */
  readonly text: () => string;
}

/** Prints a result as a text, or in the form that flags ask for: whole as JSON or YAML, its rows in others. */
export async function printResult<K extends Shapes>(
  app: ListApp & Pick<App, "print">,
  listing: Listing<K>,
  { whole, rows, text }: NoInfer<PrintedResult<K>>,
  values: ListValues,
): Promise<void> {
  if (!isAskedFor(values)) return app.print(text());
  checkList(listing, values);
  if (isWhole(values)) await printValue(app, whole, values);
  else await printList(app, listing, rows, values);
}

async function yamlText(value: unknown): Promise<string> {
  const { stringify } = await import("@std/yaml");
  return printableYaml(
    value,
    (one) => stringify(one, { lineWidth: -1, useAnchors: false, skipInvalid: true }),
  );
}

/** Prints rows in the form that flags ask for. */
export async function printList<K extends Shapes>(
  app: ListApp & Pick<App, "print">,
  listing: Listing<K>,
  rows: NoInfer<readonly ObjectOf<K>[]>,
  values: ListValues & ListOptions,
): Promise<void> {
  app.print(await renderList(app, listing, rows, values));
}

/**
 * Renders rows in the form that flags ask for.
 *
 * @throws {UsageError} where there is no such format or column
 */
export async function renderList<K extends Shapes>(
  app: ListApp,
  listing: Listing<K>,
  rows: NoInfer<readonly ObjectOf<K>[]>,
  values: ListValues & ListOptions,
): Promise<string> {
  const { name, header } = formatOf(values, !values.bare);
  const columns = columnsOf(listing, values, values.shownColumns ?? listing.columns);
  const all = rows as readonly Readonly<Record<string, unknown>>[];
  switch (name) {
    case "json":
    case "yaml": {
      const data = values.columns ? all.map((row) => chosen(row, columns)) : all;
      return name === "json" ? `${printableJson(data)}\n` : await yamlText(data);
    }
    case "csv": {
      const { csvLine } = await import("./csv.ts");
      const lines = all.map((row) => columns.map((column) => app.mask(plainText(row[column]))));
      return [...header ? [columns] : [], ...lines].map(csvLine).join("");
    }
    default: {
      const width = app.width();
      return renderTable(all.map((row) => cellsOf(row, columns, listing).map(app.mask)), {
        ...header ? { head: columns } : {},
        ...width === undefined ? {} : { width },
        compact: name === "compact",
      });
    }
  }
}

function formatOf({ json, format = "" }: ListValues, heading: boolean): Format {
  const [word = "", ...more] = format.split(",");
  const name = FORMATS.find((one) => one === (word || (json ? "json" : "table")));
  const wrong = more.find((one) => one !== "header" && one !== "noheader");
  if (name === undefined || wrong !== undefined) {
    throw new UsageError(
      `--format takes ${FORMATS.join(", ")}, with ",header" or ",noheader" behind it, not "${format}"` +
        didYouMean(wrong ?? word, wrong === undefined ? FORMATS : ["header", "noheader"]),
    );
  }
  if (json && name !== "json") throw new UsageError(`--json and --format ${name} contradict each other`);
  // As the clients of both daemons do it.
  return { name, header: more.length > 0 ? more.at(-1) === "header" : heading && name !== "csv" };
}

/** Returns the requested columns; the case of their names does not matter. */
function columnsOf(
  listing: Listing,
  { columns = "" }: ListValues,
  usual: readonly string[],
): readonly string[] {
  if (columns === "") return usual;
  const known = Object.keys(listing.shape.of.keys);
  const words = columns.split(",").map((word) => word.trim().toLowerCase());
  if (words.includes("all")) {
    if (words.length === 1) return known;
    throw new UsageError(`--columns takes "all" alone, as that is every column, and not "${columns}"`);
  }
  const twice = words.find((word, index) => words.indexOf(word) < index);
  if (twice !== undefined) throw new UsageError(`--columns names "${twice}" twice`);
  return words.map((word) => {
    const found = known.find((one) => one.toLowerCase() === word);
    if (found !== undefined) return found;
    throw new UsageError(`There is no column "${word}"${didYouMean(word, known)}`, [
      `Columns: ${known.join(", ")}; what they are: lxops help json ${listing.name}`,
    ]);
  });
}

function chosen(row: Readonly<Record<string, unknown>>, columns: readonly string[]): unknown {
  return Object.fromEntries(
    columns.flatMap((column) => row[column] === undefined ? [] : [[column, row[column]]]),
  );
}

/** Returns the cells of a row as tables show them. */
export function cellsOf(
  row: Readonly<Record<string, unknown>>,
  columns: readonly string[],
  listing: Listing,
): readonly string[] {
  return columns.map((column) => shownText(row[column], listing.shape.of.keys[column]!));
}

/** Returns a value as tables show it. */
function shownText(value: unknown, { show }: Shape): string {
  switch (show) {
    case "size":
      return typeof value === "number" ? sizeText(value) : plainText(value);
    case "short":
      return plainText(value).replace(FINGERPRINT, "");
    case "dash":
      return plainText(value) || "-";
    case "star":
      return value === true ? "*" : "";
    default:
      return value === null ? "-" : plainText(value);
  }
}

/** The part of a fingerprint, or of the name of a commit, that tables leave out. */
const FINGERPRINT = /(?<=^[0-9a-f]{12})[0-9a-f]+$/;

/** Returns a value as text in one line. */
function plainText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(plainText).join(" ");
  return printable(typeof value === "object" ? JSON.stringify(value) : String(value));
}
