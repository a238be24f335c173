/**
 * Validates YAML files against schemas and reports the places of errors.
 *
 * @module
 */
import type * as z from "zod/mini";
import type { Issue } from "../../base/errors.ts";
import { inWords } from "../../base/schemas.ts";
import type { Path, Source } from "../yaml/source.ts";
import { didYouMean } from "../../base/suggest.ts";

/** The result of a validation: the value, if there were no errors, and all issues. */
export interface Validated<T> {
  readonly value?: T;
  readonly issues: readonly Issue[];
  /** The paths of values that do not fit; absent if errors of the text itself leave that open. */
  readonly misfits?: readonly Path[];
}

/** The most unknown keys of a file that are reported. */
const MOST_UNKNOWN = 50;

type RawIssue = z.core.$ZodIssue;

/** Renders a path as `devices.home.path`, list items as `include.0`. */
export function keyOf(path: Path): string {
  return path.map(String).join(".");
}

/** Returns an issue about a path of a file. */
export function issueAt(
  source: Source,
  path: Path,
  message: string,
  severity: Issue["severity"] = "error",
): Issue {
  return { ...source.locate(path), ...(path.length > 0 ? { key: keyOf(path) } : {}), message, severity };
}

/** Sorts issues by file and place. Files keep the order in which they first appear. */
export function sortIssues(issues: readonly Issue[]): Issue[] {
  const files = [...new Set(issues.map((issue) => issue.file))];
  return [...issues].sort((a, b) =>
    files.indexOf(a.file) - files.indexOf(b.file) || (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0)
  );
}

/** The known keys of each object that has unknown ones, by path. */
type KnownKeys = Map<string, readonly string[]>;

function collector(known: KnownKeys): z.core.$ZodErrorMap {
  return (issue) => {
    if (issue.code !== "unrecognized_keys") return inWords(issue);
    const shape = (issue.inst as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape;
    known.set(keyOf((issue.path ?? []).map(String)), Object.keys(shape ?? {}));
    return undefined;
  };
}

function flatten(issue: RawIssue, base: Path): { path: Path; issue: RawIssue }[] {
  const path = [...base, ...issue.path.map((part) => typeof part === "symbol" ? String(part) : part)];
  if (issue.code !== "invalid_union") return [{ path, issue }];
  const branches = issue.errors.map((errors) => errors.flatMap((inner) => flatten(inner, path)));
  // The branch that matches the deepest part of the value was probably meant.
  const depth = (found: { path: Path }[]) => Math.max(0, ...found.map(({ path }) => path.length));
  const deepest = Math.max(0, ...branches.map(depth));
  const best = branches.find((found) => depth(found) === deepest);
  return deepest > path.length && best ? best : [{ path, issue }];
}

/** Returns a copy of data without the keys at some paths. The rest is shared with the original. */
export function without(data: unknown, paths: readonly Path[]): unknown {
  if (paths.length === 0 || typeof data !== "object" || data === null) return data;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(data) ? [...data] : { ...data };
  const target = copy as Record<string, unknown>;
  for (const head of new Set(paths.map((path) => String(path[0])))) {
    const rest = paths.filter((path) => String(path[0]) === head).map((path) => path.slice(1));
    if (rest.some((path) => path.length === 0)) delete target[head];
    else target[head] = without(target[head], rest);
  }
  return copy;
}

function unknownKey(path: Path, key: string, known: readonly string[], ignored: boolean): string {
  const suggestion = didYouMean(key, known);
  const where = path.length === 0 ? "" : ` in ${keyOf(path)}`;
  const list = known.length <= 12 ? ` (known are ${known.join(", ")})` : "";
  return `Unknown key "${key}"${where}${ignored ? " is ignored" : ""}${suggestion || list}`;
}

/**
 * Validates a source, or one value of it, against a schema. Unknown keys are warnings (errors if `strict`) with a
 * suggestion. The issues of the source come first.
 */
export function validate<T>(
  schema: z.ZodMiniType<T>,
  source: Source,
  options: { readonly path?: Path; readonly data?: unknown; readonly strict?: boolean } = {},
): Validated<T> {
  const base = options.path ?? [];
  const severity = options.strict ? "error" : "warning";
  const issues: Issue[] = base.length > 0 ? [] : source.issues.map((issue) => ({
    ...issue,
    severity: issue.severity === "error" ? "error" : severity,
  }));
  const clear = !source.issues.some((issue) => issue.severity === "error");
  const misfits = (paths: readonly Path[]) => clear ? { misfits: paths } : {};
  let data = "data" in options ? options.data : source.data;
  for (let attempt = 0; attempt < 8; attempt++) {
    const known: KnownKeys = new Map();
    const result = schema.safeParse(data, { error: collector(known) });
    if (result.success) {
      const failed = issues.some((issue) => issue.severity === "error");
      const sorted = sortIssues(issues);
      return failed ? { issues: sorted, ...misfits([]) } : { value: result.data, issues: sorted };
    }
    const found = result.error.issues.flatMap((issue) => flatten(issue, []));
    const unknown: Path[] = [];
    for (const { path, issue } of found) {
      if (issue.code !== "unrecognized_keys") continue;
      for (const key of issue.keys) {
        unknown.push([...path, key]);
        if (key.startsWith("x-") || unknown.length > MOST_UNKNOWN) continue; // By convention such keys hold anchors and the user's own data.
        const message = unknownKey(path, key, known.get(keyOf(path)) ?? [], !options.strict);
        issues.push(issueAt(source, [...base, ...path, key], message, severity));
      }
    }
    if (unknown.length === 0) {
      for (const { path, issue } of found) issues.push(issueAt(source, [...base, ...path], issue.message));
      return { issues: sortIssues(issues), ...misfits(found.map(({ path }) => path)) };
    }
    data = without(data, unknown);
  }
  return { issues: sortIssues(issues) };
}
