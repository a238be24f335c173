/**
 * One configuration file: its format, its YAML and its keys, without the files that it includes.
 *
 * @module
 */
import { ConfigError, type Issue } from "../errors.ts";
import { type Format, migrate } from "./format.ts";
import { GONE } from "./lxdops_gone.ts";
import { configSchema, type RawConfig } from "./schema.ts";
import { parseSource, type Source } from "./source.ts";
import { validate } from "./validate.ts";

/** How a file is read. */
export interface FileOptions {
  /** Unknown and duplicate keys are errors. */
  readonly strict?: boolean;
  /** Formats of one's own, besides those that lxops knows. */
  readonly formats?: readonly Format[];
}

/** A configuration file as it was read. */
export interface ConfigFile {
  readonly source: Source;
  /** What the file says; keys that do not fit their schema are as if they were not there. */
  readonly raw: RawConfig;
  readonly issues: readonly Issue[];
  /** Those keys; `*` where it may be any. */
  readonly broken: ReadonlySet<string>;
}

/** Stands for all keys of a configuration. */
export const ANY_KEY = "*";

/** Characters of a configuration file; more than that is no file that a person wrote. */
const LARGEST = 2 ** 20;
const MOST_VALUES = 20_000;

/** Makes the error of a file as a whole. */
export function fileError(file: string, message: string): ConfigError {
  return new ConfigError([{ file, message, severity: "error" }]);
}

/** Reads a file's text; what is no YAML map of a known format is a `ConfigError`, other problems are issues. */
export function parseFile(file: string, text: string, options: FileOptions = {}): ConfigFile {
  if (text.length > LARGEST) throw fileError(file, "The file is larger than 1 MiB");
  const migrated = migrate(file, text, options.formats);
  const source = parseSource(file, migrated.text, MOST_VALUES);
  const strict = options.strict ?? false;
  const { value, issues } = validate(configSchema, source, { data: source.data ?? {}, strict });
  const all = [...migrated.issues, ...issues.map(explainGone)];
  return {
    source,
    issues: all,
    ...(value ? { raw: value, broken: new Set<string>() } : salvage(source, issues)),
  };
}

/** Keys that lxdops had are not merely unknown. */
function explainGone(issue: Issue): Issue {
  const key = issue.key ?? "";
  if (!Object.hasOwn(GONE, key) || !issue.message.startsWith("Unknown key")) return issue;
  return { ...issue, message: `"${key}" was a key of lxdops and has no effect: ${GONE[key]}` };
}

/** What can be used of a file with errors, so that the rest of it is checked in the same round. */
function salvage(source: Source, issues: readonly Issue[]): Pick<ConfigFile, "raw" | "broken"> {
  const heads = issues.filter(({ severity }) => severity === "error").map(({ key = "" }) =>
    key.split(".", 1)[0]!
  );
  const known = new Set(heads.filter((head) => head !== ""));
  const data = typeof source.data === "object" && !Array.isArray(source.data) ? source.data : {};
  const rest = Object.fromEntries(Object.entries(data ?? {}).filter(([key]) => !known.has(key)));
  const { value } = validate(configSchema, { ...source, issues: [] }, { data: rest });
  const keys = Object.keys(configSchema.shape);
  // An error that is not at one key, as of "<<", may be about any of them.
  const anywhere = heads.includes("") || heads.includes("<<") || value === undefined;
  const broken = anywhere ? [ANY_KEY] : [...known].filter((key) => keys.includes(key));
  return { raw: value ?? configSchema.parse({}), broken: new Set(broken) };
}
