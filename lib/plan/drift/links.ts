/**
 * Symbolic links in the paths of files that items wrote.
 *
 * @module
 */
import { factOf, type Facts } from "./answer.ts";
import type { Subject } from "./subjects.ts";

/** A symbolic link, and the text of where it leads, which the instance says. */
export interface PassedLink {
  readonly path: string;
  readonly to: string;
}

/** Links that systems have in these places: those of a merged /usr, of /run, and of the name servers. */
const USUAL = /^\/(?:(?:usr\/)?(?:bin|sbin|lib\w*)|var\/(?:run|lock|mail)|etc\/(?:resolv\.conf|mtab))$/;

/** Returns the links that managed files go through, other than usual ones, each once. */
export function passedLinks(subjects: readonly Subject[], facts: Facts): readonly PassedLink[] {
  const found = new Map<string, string>();
  for (const { check } of subjects) {
    if (check.kind !== "file") continue;
    for (let path = check.path; path !== ""; path = path.slice(0, path.lastIndexOf("/"))) {
      const to = factOf(facts, "link", path)?.[0];
      if (to !== undefined && !USUAL.test(path)) found.set(path, to);
      if (!path.includes("/")) break;
    }
  }
  return [...found].map(([path, to]) => ({ path, to }));
}
