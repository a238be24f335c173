/**
 * Wrong configurations, which commands that only show something leave out.
 *
 * @module
 */
import { ConfigError } from "../../base/errors.ts";
import type { Source } from "../../run/targets/options.ts";
import type { App } from "../command/app.ts";
import { printable } from "../output/output.ts";

/** A source whose configuration is wrong. */
export interface WrongSource<S extends Source> {
  readonly source: S;
  readonly error: ConfigError;
}

/** The loaded configurations of some sources, and the wrong sources. */
export interface LoadedEach<S extends Source, T> {
  readonly loaded: readonly T[];
  readonly wrong: readonly WrongSource<S>[];
}

/** Loads sources together; where one is wrong, each by itself. */
export async function loadEach<S extends Source, T>(
  sources: readonly S[],
  load: (sources: readonly S[]) => Promise<readonly T[]>,
): Promise<LoadedEach<S, T>> {
  try {
    return { loaded: await load(sources), wrong: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (sources.length === 1) return { loaded: [], wrong: [{ source: sources[0]!, error }] };
  }
  const all = await Promise.all(sources.map((source) => loadEach([source], load)));
  return { loaded: all.flatMap(({ loaded }) => loaded), wrong: all.flatMap(({ wrong }) => wrong) };
}

/** Returns one error of all sources that are wrong. */
export function wrongError(wrong: readonly WrongSource<Source>[]): ConfigError {
  const [first, ...others] = wrong;
  if (others.length === 0) return first!.error;
  const issues = new Map(wrong.flatMap(({ error }) => error.issues).map((one) => [JSON.stringify(one), one]));
  return new ConfigError([...issues.values()], [...new Set(wrong.flatMap(({ error }) => error.advice))]);
}

/** Prints the errors of wrong configurations as warnings, and that the command leaves them out. */
export function tellWrong(wrong: readonly WrongSource<Source>[], app: App): void {
  for (const { source, error } of wrong) {
    app.warn(error.issues.map((issue) => ({ ...issue, severity: "warning" })));
    const file = typeof source === "string" ? source : source.file;
    app.complain(printable(`note: ${file} is left out, because it cannot be used`));
  }
}
