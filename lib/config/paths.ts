/**
 * Resolves conditional paths: a path is left out if a variable in it has no value.
 *
 * @module
 */
import type { Issue } from "../base/errors.ts";
import type { DroppedPath } from "./config.ts";
import { substitute, variables } from "./pattern.ts";
import type { Source } from "./yaml/source.ts";
import { didYouMean } from "../base/suggest.ts";
import { issueAt } from "./schema/validate.ts";

/** The characters that are reserved in paths. */
const RESERVED = /[|;,:]/;

/** The paths of a list with their indices, and those that were left out. */
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
      const hint = Object.hasOwn(globals, missing) ? "" : didYouMean(missing, Object.keys(globals));
      if (hint !== "") {
        const message = `"${path}" is left out, because there is no property "${missing}"${hint}`;
        issues.push(issueAt(source, place, message, "warning"));
      }
    } else {
      paths.push({ path: substitute(path, globals), index });
    }
  }
  return { paths, dropped, issues };
}

/** Returns the end of a message about a missing path with a word that a shell would expand. */
export function unexpanded(path: string): string {
  const word = /(?:^|\/)(~)(?:\/|$)/.exec(path)?.[1] ?? /\$(?:\{\w*\}|\w+)/.exec(path)?.[0];
  return word === undefined ? "" : `; "${word}" is not expanded`;
}
