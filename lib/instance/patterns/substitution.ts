/**
 * Substitution of a configuration's patterns, collecting problems instead of stopping at the first.
 *
 * @module
 */
import { isComplete, issueMaker } from "../../config/check.ts";
import type { LoadedConfig } from "../../config/config.ts";
import { originOf } from "../../config/load/origins.ts";
import { substitute, UnknownProperty } from "../../config/pattern.ts";
import type { Issue } from "../../base/errors.ts";
import type { Properties } from "./properties.ts";

/** The substitution of patterns of one configuration, which collects its problems. */
export interface Findings {
  readonly issues: readonly Issue[];
  /** The pattern with its properties; `undefined`, with an issue, where one is unknown. */
  resolve(key: string, pattern: string): string | undefined;
  /** Adds an error about the value of a key where there is a problem; says whether there was none. */
  accept(key: string, value: string, problem: string | undefined): boolean;
  error(key: string, message: string): void;
  warn(key: string, message: string): void;
}

/** Starts collecting; `file` is named where a problem has no place. */
export function findings(loaded: LoadedConfig, file: string, properties: Properties): Findings {
  const make = issueMaker({ last: (key) => originOf(loaded, key) }, file);
  const issues: Issue[] = [];
  const error = (key: string, message: string) => void issues.push(make(key, message));
  return {
    issues,
    error,
    warn: (key, message) => void issues.push(make(key, message, "warning")),
    resolve(key, pattern) {
      try {
        return substitute(pattern, properties);
      } catch (cause) {
        if (!(cause instanceof UnknownProperty)) throw cause;
        if (isComplete(loaded.incomplete, "properties")) error(key, cause.message);
        return undefined;
      }
    },
    accept(key, value, problem) {
      if (problem !== undefined) error(key, `${JSON.stringify(value)} ${problem}`);
      return problem === undefined;
    },
  };
}
