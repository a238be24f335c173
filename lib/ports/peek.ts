/**
 * Small text files of instances, of which nothing can be expected: whoever is root there chooses what lies in their
 * place.
 *
 * @module
 */
import type { InstanceInfo } from "./mod.ts";

/** What was found in the place of a file. */
export interface Peek {
  /** Its text; empty where there is none. */
  readonly text: string;
  /** What is in its place, where that is no text file of a usual size. */
  readonly strange?: string;
}

/** Small text files of instances; what is strange counts as empty, and is told. */
export interface SmallFiles {
  /** Looks at a file; an instance may take so many seconds to tell. */
  readSmall(
    info: Pick<InstanceInfo, "project" | "name" | "status">,
    path: string,
    seconds?: number,
  ): Promise<Peek>;
}
