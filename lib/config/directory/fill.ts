/**
 * Fills the settings of a directory into its configuration file.
 *
 * @module
 */
import type { Issue } from "../../base/errors.ts";
import { interpolate, type Lookup } from "../../dotenv/interpolate.ts";
import { issueAt } from "../schema/validate.ts";
import type { Path, Source } from "../yaml/source.ts";

/** The keys whose values are not filled: the sources of settings, and keys that decide about them. */
const OWN_KEYS: ReadonlySet<string> = new Set(["environment", "directory"]);

/** A file with its settings, and its problems. */
export interface Filled {
  readonly source: Source;
  readonly issues: readonly Issue[];
  /** The settings that values have, by their key as `config KEY` or `devices NAME`. */
  readonly used: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Replaces `${NAME}` in the values of a file by settings, and leaves keys unchanged. */
export function fill(source: Source, lookup: Lookup, isSetting: (name: string) => boolean): Filled {
  const issues: Issue[] = [];
  const names = new Map<string, Set<string>>();
  const done = new Map<object, unknown>();
  const visit = (node: unknown, path: Path): unknown => {
    if (typeof node === "string") {
      if (!node.includes("$")) return node;
      const { text, problems, used, bare } = interpolate(node, lookup, "braced");
      const key = path.slice(0, 2).join(" ");
      if (used.length > 0) names.set(key, new Set([...names.get(key) ?? [], ...used]));
      issues.push(...problems.map((problem) => issueAt(source, path, problem)));
      for (const name of new Set(bare.filter(isSetting))) {
        const message = `"$${name}" stays as it is: settings are written as \${${name}}`;
        issues.push(issueAt(source, path, message, "warning"));
      }
      return text;
    }
    if (typeof node !== "object" || node === null || node instanceof Uint8Array) return node;
    const known = done.get(node);
    if (known !== undefined) return known;
    const result: unknown = Array.isArray(node)
      ? node.map((item, index) => visit(item, [...path, index]))
      : Object.fromEntries(
        Object.entries(node).map(([key, value]) => [
          key,
          path.length === 0 && OWN_KEYS.has(key) ? value : visit(value, [...path, key]),
        ]),
      );
    done.set(node, result);
    return result;
  };
  return { source: { ...source, data: visit(source.data, []) }, issues, used: names };
}
