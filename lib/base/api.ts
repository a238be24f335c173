/**
 * Paths of the daemons' REST API, written and read.
 *
 * @module
 */

/** The path of the daemon's description of itself. */
export const SERVER_PATH = "/1.0";

/** Returns a path of the API, given as its parts or as a text, with a query that is encoded already. */
export function apiPath(path: string | readonly string[], query = ""): string {
  const start = typeof path === "string" ? path : `/1.0/${path.map(encodeURIComponent).join("/")}`;
  return query === "" ? start : `${start}?${query}`;
}

/** An object of the API, as its path names it. */
export interface ApiObject {
  /** Parts of the path after the version: the kind of the object first. */
  readonly parts: readonly string[];
  /** Last part of the path. */
  readonly name: string;
  readonly project: string;
}

/** Reads a path of the API. */
export function parseApiPath(path: string): ApiObject {
  const { pathname, searchParams } = new URL(path, "http://daemon");
  const parts = pathname.split("/").slice(2).map(decodeURIComponent);
  return { parts, name: parts.at(-1) ?? "", project: searchParams.get("project") ?? "default" };
}
