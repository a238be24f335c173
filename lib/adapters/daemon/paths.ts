/**
 * Paths of the API. Names go through `encodeURIComponent`, whatever was checked before.
 *
 * @module
 */
import { apiPath } from "../../base/api.ts";
import type { InstanceRef } from "../../ports/mod.ts";

/** Returns `/1.0/instances/NAME/...` in the instance's project, with further query parameters. */
export function instancePath(
  ref: InstanceRef,
  below = "",
  query: Readonly<Record<string, string>> = {},
): string {
  const suffix = below === "" ? "" : `/${below}`;
  return pathIn(`/1.0/instances/${encodeURIComponent(ref.name)}${suffix}`, ref.project, query);
}

/** Returns a path of the API in a project, or in all projects, with further query parameters. */
export function pathIn(
  path: string,
  project: string | undefined,
  query: Readonly<Record<string, string>> = {},
): string {
  const home: Readonly<Record<string, string>> = project === undefined
    ? { "all-projects": "true" }
    : { project };
  const parameters = Object.entries({ ...home, ...query });
  return apiPath(path, parameters.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&"));
}
