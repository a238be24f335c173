/**
 * Shows items without applying them: as a list, or as a script with comments.
 *
 * @module
 */
import { batch, type BatchOptions } from "./batch.ts";
import type { Item } from "../model/item.ts";
import { withoutSecrets } from "../model/secrets.ts";

/** Lists items with their places in files, a line each. */
export function listItems(items: readonly Item[]): string {
  const width = String(items.length).length;
  return items.map(({ title, location }, index) =>
    `${String(index + 1).padStart(width)}  ${title}  ${location.file}:${location.line}\n`
  ).join("");
}

/** Options for showing a script. */
export interface ShowOptions extends BatchOptions {
  /** Show secrets in the script. */
  readonly secrets?: boolean;
}

/** Returns the script that would run, after a list of its items as comments. */
export function showScript(items: readonly Item[], options: ShowOptions = {}): string {
  if (items.length === 0) return "# Nothing to apply\n";
  const list = listItems(items).split("\n").filter((line) => line !== "").map((line) => `# ${line}\n`).join(
    "",
  );
  const { stdin = "", secrets = [] } = batch({ project: "default", name: "instance" }, items, options);
  return `#!/bin/sh\n${list}${options.secrets ? stdin : withoutSecrets(stdin, secrets)}`;
}
