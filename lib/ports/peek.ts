/**
 * Small text files of instances, which are not trusted: the root user of an instance can put anything in their
 * place.
 *
 * @module
 */
import type { InstanceInfo } from "./mod.ts";

/** The content of a file, or the reason why it has none. */
export interface Peek {
  /** Its text; empty where there is none. */
  readonly text: string;
  /** The reason why it is not a text file of a usual size, or why it cannot be read. */
  readonly strange?: string;
  /** True where there is no such file. */
  readonly absent?: boolean;
  /** True where it could not be read, or not in time: it may be a usual file, and readable later. */
  readonly unread?: boolean;
}

/** A reader of small text files of instances; one that is not a plain text file counts as empty, with the reason. */
export interface SmallFiles {
  /** Looks at a file; an instance may take so many seconds to tell. */
  readSmall(
    info: Pick<InstanceInfo, "project" | "name" | "status">,
    path: string,
    seconds?: number,
  ): Promise<Peek>;
  /**
   * Looks at two files of a running instance by one program; `undefined` where it takes a look at each of them.
   */
  readBoth(
    info: Pick<InstanceInfo, "project" | "name">,
    paths: readonly [string, string],
    seconds?: number,
  ): Promise<readonly [Peek, Peek] | undefined>;
}
