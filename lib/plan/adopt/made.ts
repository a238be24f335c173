/**
 * Changes found in an instance, and the forms of lines that its cloud-config file has.
 *
 * @module
 */
import { stringify } from "@std/yaml";
import type { OSType } from "../../cloudconfig/model/ostype.ts";
import { commented } from "../starter/config_text.ts";
import type { NamedFile, TakenFile } from "./choose.ts";
import type { Found, FoundFile } from "./found.ts";

/** Changes found in an instance, and the files chosen of them. */
export interface Made {
  readonly instance: string;
  readonly os: OSType | undefined;
  readonly found: Found;
  readonly files: readonly TakenFile[];
  readonly links: readonly FoundFile[];
  readonly named: readonly NamedFile[];
}

/** The most lines of a list of comments. */
const LISTED = 200;

/** Returns the lines of keys of a file of YAML. */
export function yamlLines(value: Readonly<Record<string, unknown>>): readonly string[] {
  return stringify(value, { lineWidth: -1, useAnchors: false }).trimEnd().split("\n");
}

/** Returns a list as lines of comment, and a count in the place of those beyond a limit. */
export function listed(title: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  const more = items.length - LISTED;
  return [
    ...commented(title),
    ...items.slice(0, LISTED).flatMap((item) => commented(`- ${item.replaceAll("\n", "?")}`)),
    ...more > 0 ? commented(`- ${more} more`) : [],
  ];
}
