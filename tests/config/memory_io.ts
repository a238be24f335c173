import { normalize } from "@std/path";
import type { ConfigIo } from "../../lib/config/load/load.ts";

/** Files of a test by path; relative ones are in `/home/u`. `links` maps paths to what they are links to. */
export function memoryIo(files: Record<string, string>, links: Record<string, string> = {}): ConfigIo {
  const absolute = (path: string) => normalize(path.startsWith("/") ? path : `/home/u/${path}`);
  const all = new Map(Object.entries(files).map(([path, text]) => [absolute(path), text]));
  const targets = new Map(Object.entries(links).map(([from, to]) => [absolute(from), absolute(to)]));
  const follow = (path: string) => targets.get(absolute(path)) ?? absolute(path);
  return {
    cwd: "/home/u",
    readText: (path) => Promise.resolve(all.get(follow(path))),
    realPath: (path) => Promise.resolve(all.has(follow(path)) ? follow(path) : undefined),
  };
}
