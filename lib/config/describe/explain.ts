/**
 * Explains where the values of a merged configuration come from.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import type { Location } from "../../base/errors.ts";
import type { LoadedConfig } from "../config.ts";
import { originsOf } from "../load/origins.ts";
import { variables } from "../pattern.ts";
import { configData } from "../print.ts";
import { didYouMean } from "../../base/suggest.ts";

/** A property that a pattern refers to. */
export interface Variable {
  readonly name: string;
  /** The value; absent if there is none, or if each instance has another. */
  readonly value?: string;
  /** The source of the value, as text. */
  readonly from: string;
}

/** A value of a merged configuration with its place, and the places that it overrides. */
export interface Explanation {
  readonly key: string;
  readonly value: string;
  readonly from?: Location;
  readonly overrides: readonly Location[];
  readonly note?: string;
  /** The properties that the value refers to, if it is a pattern. */
  readonly variables?: readonly Variable[];
}

const PATTERN =
  /^(?:image|origin|target|host|device-(?:template|origin|owner)|profile-pattern|filesystems\..*\.pattern|devices\..*\.dir)$/;

const WHOLE = /^(?:filesystems|devices)\.[^.]*$/;

function leaves(value: unknown, key: string): [string, string][] {
  if (typeof value !== "object" || value === null) return [[key, String(value)]];
  return Object.entries(value).flatMap(([name, inner]) =>
    leaves(inner, key === "" ? name : `${key}.${name}`)
  );
}

/** Returns a test of the names at and below a key, or of those that fit a pattern as a whole. */
function fitting(key: string): (name: string) => boolean {
  if (!/[*?]/.test(key)) return (name) => name === key || name.startsWith(`${key}.`);
  const source = key.replaceAll(/[\\^$.+()[\]{}|]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  const pattern = new RegExp(`^${source}$`, "su");
  return (name) => pattern.test(name);
}

/**
 * Explains every value of a configuration, or those at and below keys; `resolve` explains a property. The places
 * that an entry overrides as a whole are with its first value.
 */
export function explain(
  loaded: LoadedConfig,
  keys: readonly string[] = [],
  resolve?: (name: string) => Variable,
): readonly Explanation[] {
  const all = leaves(configData(loaded.config), "");
  const tests = keys.filter((key) => key !== "").map((key) => ({ key, fits: fitting(key) }));
  const chosen = all.filter(([name]) => tests.length === 0 || tests.some(({ fits }) => fits(name)));
  for (const { key } of tests.filter(({ fits }) => !all.some(([name]) => fits(name)))) {
    const known = all.flatMap(([name]) =>
      name.split(".").map((_, index, parts) => parts.slice(0, index + 1).join("."))
    );
    throw new UsageError(`The configuration has no value "${key}"${didYouMean(key, known)}`);
  }
  const explained = new Set<string>();
  return chosen.map(([name, value]) => {
    const places = originsOf(loaded, name);
    const entry = /^(filesystems|devices)\.[^.]*/.exec(name)?.[0];
    const replaced = entry !== undefined && WHOLE.test(entry) ? originsOf(loaded, entry) : [];
    const winner = replaced.at(-1);
    // An entry comes as a whole from one file: values of overridden entries do not count.
    const from = places.findLast((place) => winner === undefined || place.file === winner.file);
    const overrides = entry !== undefined && explained.has(entry)
      ? []
      : (replaced.length > 0 ? replaced : places).slice(0, -1);
    if (entry !== undefined) explained.add(entry);
    const names = resolve && PATTERN.test(name) ? [...new Set(variables(value))] : [];
    return {
      key: name,
      value,
      ...(from ? { from } : {}),
      overrides,
      ...(names.length > 0 ? { variables: names.map((one) => resolve!(one)) } : {}),
      ...(overrides.length > 0 && replaced.length > 1
        ? { note: `the whole entry "${entry}" is replaced, not merged` }
        : {}),
    };
  });
}

/** Renders a place as `file:line:column`. */
export function place({ file, line, column }: Location): string {
  return `${file}:${line}:${column}`;
}

/** Renders explanations, a line for each value, followed by the places that it overrides. */
export function explainText(explanations: readonly Explanation[]): string {
  const lines = explanations.flatMap(({ key, value, from, overrides, note, variables = [] }) => [
    `${key}: ${JSON.stringify(value)}  ${from ? place(from) : "(default)"}`,
    ...variables.map((one) =>
      `  (${one.name}): ${one.value === undefined ? "" : `${JSON.stringify(one.value)}  `}${one.from}`
    ),
    ...overrides.map((location) => `  overrides ${place(location)}`),
    ...(note === undefined ? [] : [`  ${note}`]),
  ]);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}
