/**
 * Conditional paths: a path with a variable that has no value is left out.
 *
 * @module
 */
import type { Issue } from "../base/errors.ts";
import type { DroppedPath } from "./config.ts";
import { substitute, variables } from "./pattern.ts";
import type { Source } from "./yaml/source.ts";
import { nearest } from "../base/suggest.ts";
import { issueAt } from "./schema/validate.ts";

/** Reserved for later use in paths, as they always were. */
const RESERVED = /[|;,:]/;

/** Paths of a list that count, with their places in it, and what became of the others. */
export interface EffectivePaths {
  readonly paths: readonly { readonly path: string; readonly index: number }[];
  readonly dropped: readonly DroppedPath[];
  readonly issues: readonly Issue[];
}

/** Substitutes global properties in the paths of a list. */
export function effectivePaths(
  source: Source,
  key: "include" | "cloud-config-files",
  list: readonly string[],
  globals: Readonly<Record<string, string>>,
): EffectivePaths {
  const paths: { path: string; index: number }[] = [];
  const dropped: DroppedPath[] = [];
  const issues: Issue[] = [];
  for (const [index, path] of list.entries()) {
    const place = [key, index];
    const reserved = RESERVED.exec(path)?.[0];
    const missing = variables(path).find((name) => !Object.hasOwn(globals, name) || globals[name] === "");
    if (path === "") {
      issues.push(issueAt(source, place, "A path is expected here"));
    } else if (reserved !== undefined) {
      issues.push(issueAt(source, place, `The path "${path}" has the reserved character "${reserved}"`));
    } else if (missing !== undefined) {
      dropped.push({ location: source.locate(place), key, path, variable: missing });
      const meant = Object.hasOwn(globals, missing) ? undefined : nearest(missing, Object.keys(globals));
      if (meant !== undefined) {
        const message =
          `"${path}" is left out, as no property is named "${missing}"; did you mean "${meant}"?`;
        issues.push(issueAt(source, place, message, "warning"));
      }
    } else {
      paths.push({ path: substitute(path, globals), index });
    }
  }
  return { paths, dropped, issues };
}

/** The end of a message about a path that is not there: shells expand some words, lxops does not. */
export function unexpanded(path: string): string {
  const word = /(?:^|\/)(~)(?:\/|$)/.exec(path)?.[1] ?? /\$(?:\{\w*\}|\w+)/.exec(path)?.[0];
  return word === undefined ? "" : `; "${word}" is not expanded`;
}
