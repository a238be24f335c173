/**
 * What would be applied, as text for people: the script with a line of comment before each item.
 *
 * @module
 */
import { batch } from "./batch.ts";
import { type Item, withoutSecrets } from "./item.ts";

/** Lists items with where they come from, a line each. */
export function listItems(items: readonly Item[]): string {
  const width = String(items.length).length;
  return items.map(({ title, location }, index) =>
    `${String(index + 1).padStart(width)}  ${title}  ${location.file}:${location.line}\n`
  ).join("");
}

/** The script that would run, after a list of its items as comments; passwords are left out of it. */
export function planScript(items: readonly Item[]): string {
  if (items.length === 0) return "# Nothing to apply\n";
  const list = listItems(items).split("\n").filter((line) => line !== "").map((line) => `# ${line}\n`).join(
    "",
  );
  const { stdin = "" } = batch({ project: "default", name: "instance" }, items);
  return `#!/bin/sh\n${list}${withoutSecrets(stdin, items)}`;
}
