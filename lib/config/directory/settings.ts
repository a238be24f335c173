/**
 * The settings of a directory: the values of `environment:` and of `.env` files, which its configuration, its
 * `bootstrap.sh` and its templates use.
 *
 * @module
 */
import type { Issue } from "../../base/errors.ts";
import { interpolate, type Lookup } from "../../dotenv/interpolate.ts";
import { parseDotenv } from "../../dotenv/parse.ts";
import { issueAt } from "../schema/validate.ts";
import type { Source } from "../yaml/source.ts";

/** The settings of a directory. */
export interface DirectorySettings {
  /** The values by name. */
  readonly settings: ReadonlyMap<string, string>;
  /** The values among them that are not to be shown: those of `.env` files. */
  readonly secretValues: ReadonlySet<string>;
  /**
   * The keys of the configuration whose values come from secret settings, as `config KEY` or `devices NAME`: what an
   * instance has there may be an earlier secret.
   */
  readonly secretKeys: ReadonlySet<string>;
}

/** A `.env` file, or another one of `--env-file`. */
export interface EnvFile {
  readonly file: string;
  readonly text: string;
}

/** The sources of settings. */
export interface SettingSources {
  /** The configuration file, whose key `environment` counts. */
  readonly source: Source;
  /** The `.env` files in the order in which they are read; later ones win. */
  readonly files: readonly EnvFile[];
  /** The environment of lxops, which wins over these files. */
  readonly shell: Lookup;
  /** The values of the command line, which win over everything. */
  readonly given: ReadonlyMap<string, string>;
}

/** Settings with the problems of their files. */
export interface ReadSettings extends Omit<DirectorySettings, "secretKeys"> {
  readonly issues: readonly Issue[];
  /** Returns the value of a name in the configuration: a setting, or a variable of the environment of lxops. */
  readonly lookup: Lookup;
  /** Tells whether a name has a value that is not to be shown, or had one with other options. */
  readonly isSecret: (name: string) => boolean;
  /** Tells whether a name has a value that the configuration itself does not tell. */
  readonly isOutside: (name: string) => boolean;
}

const KEY = "environment";

/** Reads the settings of a directory. */
export function readSettings({ source, files, shell, given }: SettingSources): ReadSettings {
  const issues: Issue[] = [];
  const settings = new Map<string, string>();
  const secretValues = new Set<string>();
  const secretNames = new Set<string>();
  const outside: Lookup = (name) => given.get(name) ?? shell(name);
  for (const { file, text } of files) {
    const earlier = new Map(settings);
    const parsed = parseDotenv(file, text, outside, (name) => earlier.get(name));
    issues.push(...parsed.issues);
    for (const [name, value] of parsed.values) {
      const counts = outside(name) ?? value;
      settings.set(name, counts);
      secretNames.add(name);
      for (const secret of [value, counts]) if (secret !== "") secretValues.add(secret);
    }
  }
  const own = new Set<string>();
  const fromOutside = new Set<string>();
  const lookup: Lookup = (name) =>
    given.get(name) ?? (own.has(name) ? settings.get(name) : undefined) ?? shell(name) ?? settings.get(name);
  for (const { name, text, path } of entriesOf(source, issues)) {
    if (text === undefined) {
      // It is inherited, and does not exist where it has no value, as in compose.
      const inherited = outside(name) ?? settings.get(name);
      if (inherited !== undefined) settings.set(name, inherited);
      continue;
    }
    const { text: value, problems, used } = interpolate(text, lookup);
    if (used.some((one) => secretNames.has(one))) secretNames.add(name);
    else if (!given.has(name)) secretNames.delete(name);
    if (used.some((one) => !own.has(one) || fromOutside.has(one))) fromOutside.add(name);
    issues.push(...problems.map((problem) => issueAt(source, path, problem)));
    settings.set(name, value);
    own.add(name);
  }
  for (const [name, value] of given) {
    if (settings.has(name) && secretValues.has(settings.get(name)!)) secretValues.add(value);
    settings.set(name, value);
  }
  // These issues concern values, which commands that only need the instance do without.
  return {
    settings,
    secretValues,
    issues: issues.map((one) => ({ key: KEY, ...one })),
    lookup,
    isSecret: (name) => secretNames.has(name),
    isOutside: (name) => given.has(name) || !own.has(name) || fromOutside.has(name),
  };
}

/** An entry of `environment`; one without a text is inherited. */
interface Entry {
  readonly name: string;
  readonly text?: string;
  readonly path: readonly (string | number)[];
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Returns the entries of `environment`: a map, or a list of `NAME=VALUE` and `NAME`. */
function entriesOf(source: Source, issues: Issue[]): readonly Entry[] {
  const data = (source.data as Record<string, unknown> | null)?.["environment"];
  const entries: Entry[] = [];
  const add = (name: string, value: unknown, path: readonly (string | number)[]) => {
    if (!NAME.test(name)) {
      issues.push(
        issueAt(source, path, `"${name}" is no name of a setting: use letters, digits and underscores`),
      );
    } else if (value === null || value === undefined) entries.push({ name, path });
    else if (typeof value === "string") entries.push({ name, text: value, path });
    // Other values are reported with the schema.
  };
  if (Array.isArray(data)) {
    data.forEach((item, index) => {
      if (typeof item !== "string") return;
      const at = item.indexOf("=");
      if (at < 0) add(item, undefined, ["environment", index]);
      else add(item.slice(0, at), item.slice(at + 1), ["environment", index]);
    });
  } else if (typeof data === "object" && data !== null) {
    for (const [name, value] of Object.entries(data)) add(name, value, ["environment", name]);
  }
  return entries;
}
