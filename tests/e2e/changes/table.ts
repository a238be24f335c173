/**
 * The table of edits, `EDITS.md`: the lines of `plan` about each, and the actions of `up`.
 *
 * @module
 */

const FILE = new URL("EDITS.md", import.meta.url);

/** A row of the table. */
export interface Row {
  readonly edit: string;
  /** Lines of `plan`; none: there is nothing to do. */
  readonly plan: readonly string[];
  /** Actions of `up`. */
  readonly up: string;
}

const NOTHING = "nothing to do";

/** Reads the rows by their headings. */
export async function readTable(): Promise<ReadonlyMap<string, readonly Row[]>> {
  const sections = new Map<string, Row[]>();
  let heading = "";
  for (const line of (await Deno.readTextFile(FILE)).split("\n")) {
    if (line.startsWith("## ")) heading = line.slice(3);
    const [, edit, plan, up] = /^\| (.*) \| (.*) \| (.*) \|$/.exec(line) ?? [];
    if (edit === undefined || edit === "edit" || edit.startsWith("---")) continue;
    const rows = sections.get(heading) ?? [];
    const lines = plan === NOTHING ? [] : plan!.split("<br>").map((one) => one.slice(1, -1));
    sections.set(heading, [...rows, { edit, plan: lines, up: up! }]);
  }
  return sections;
}

/** Rewrites the rows under a heading; others stay. */
export async function writeSection(heading: string, rows: readonly Row[]): Promise<void> {
  const text = await Deno.readTextFile(FILE);
  const begin = `## ${heading}\n`;
  const cells = rows.map(({ edit, plan, up }) =>
    `| ${edit} | ${plan.length === 0 ? NOTHING : plan.map((line) => `\`${line}\``).join("<br>")} | ${up} |`
  );
  const table = ["| edit | `plan` says | `up` |", "| --- | --- | --- |", ...cells].join("\n");
  const [before = "", after = ""] = text.split(begin);
  const [, ...others] = after.split(/^(?=## |<!-- )/m);
  const intro = after.split(/^(?=\| )/m)[0]!;
  await Deno.writeTextFile(FILE, `${before}${begin}${intro}${table}\n\n${others.join("")}`);
}
