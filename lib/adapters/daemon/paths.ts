/**
 * Paths of the API. Names go through `encodeURIComponent`, whatever was checked before.
 *
 * @module
 */
import type { InstanceRef } from "../../ports/mod.ts";

/** `/1.0/instances/NAME/...` in the instance's project, with further query parameters. */
export function instancePath(
  ref: InstanceRef,
  below = "",
  query: Readonly<Record<string, string>> = {},
): string {
  const suffix = below === "" ? "" : `/${below}`;
  return apiPath(`/1.0/instances/${encodeURIComponent(ref.name)}${suffix}`, ref.project, query);
}

/** A path of the API in a project, or in all of them, with further query parameters. */
export function apiPath(
  path: string,
  project: string | undefined,
  query: Readonly<Record<string, string>> = {},
): string {
  const all = [
    project === undefined ? ["all-projects", "true"] : ["project", project],
    ...Object.entries(query),
  ];
  return `${path}?${all.map(([key, value = ""]) => `${key}=${encodeURIComponent(value)}`).join("&")}`;
}
