/**
 * Findings about files as results for programs.
 *
 * @module
 */
import type { Issue } from "../../base/errors.ts";

/** Returns a finding with the keys that results have, and no others. */
export function issueRow({ file, line, column, key, message, severity }: Issue): Issue {
  return {
    file,
    ...line === undefined ? {} : { line },
    ...column === undefined ? {} : { column },
    ...key === undefined ? {} : { key },
    message,
    severity,
  };
}
