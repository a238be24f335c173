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

/** The limits of a look into an instance. */
export interface LookLimits {
  readonly seconds: number;
  /** The most bytes of its answer. */
  readonly bytes: number;
}

/** The output of a script, or the reason why it is unknown. */
export type Looked =
  | { readonly text: string; readonly problem?: undefined }
  | { readonly problem: string; readonly text?: undefined };

/** A reader of small text files of instances; one that is not a plain text file counts as empty, with the reason. */
export interface SmallFiles {
  /** Looks at a file; an instance may take so many seconds to tell. */
  readSmall(
    info: Pick<InstanceInfo, "project" | "name" | "status">,
    path: string,
    seconds?: number,
  ): Promise<Peek>;
  /** Reads two files of a running instance by one program; `undefined` where each has to be read on its own. */
  readBoth(
    info: Pick<InstanceInfo, "project" | "name">,
    paths: readonly [string, string],
    seconds?: number,
  ): Promise<readonly [Peek, Peek] | undefined>;
  /**
   * Runs a script that changes nothing in the shell of a running instance, as one program. It comes over standard input,
   * so that nothing of it is in an operation of the daemon. The shell starts while a script is not known yet.
   *
   * @param onBytes gets the output while it comes
   */
  look(
    info: Pick<InstanceInfo, "project" | "name">,
    script: string | Promise<string>,
    limits: LookLimits,
    onBytes?: (bytes: Uint8Array) => void,
  ): Promise<Looked>;
}
