/**
 * What would be applied, as text for people: the script with a line of comment before each item.
 *
 * @module
 */
import { batch, type BatchOptions } from "./batch.ts";
import type { Item } from "../model/item.ts";
import { withoutSecrets } from "../model/secrets.ts";

/** Lists items with where they come from, a line each. */
export function listItems(items: readonly Item[]): string {
  const width = String(items.length).length;
  return items.map(({ title, location }, index) =>
    `${String(index + 1).padStart(width)}  ${title}  ${location.file}:${location.line}\n`
  ).join("");
}

/** How a script is shown. */
export interface ShowOptions extends BatchOptions {
  /** Leave secrets in it. */
  readonly secrets?: boolean;
}

/** The script that would run, after a list of its items as comments. */
export function showScript(items: readonly Item[], options: ShowOptions = {}): string {
  if (items.length === 0) return "# Nothing to apply\n";
  const list = listItems(items).split("\n").filter((line) => line !== "").map((line) => `# ${line}\n`).join(
    "",
  );
  const { stdin = "", secrets = [] } = batch({ project: "default", name: "instance" }, items, options);
  return `#!/bin/sh\n${list}${options.secrets ? stdin : withoutSecrets(stdin, secrets)}`;
}
