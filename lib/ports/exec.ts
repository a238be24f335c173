/**
 * Programs in instances, and the receivers of their output.
 *
 * @module
 */
import type { InstanceRef } from "./mod.ts";

/** A program in an instance. */
export interface Exec {
  readonly instance: InstanceRef;
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string;
  /** Input that is no text, in the place of `stdin`. */
  readonly input?: Uint8Array;
  /** The program reads the standard input of lxops while it comes, in the place of `stdin`. */
  readonly inherits?: true;
  /** Time that the program has to end once it is interrupted, in seconds; absent: one. */
  readonly endSeconds?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** The ids that it runs with in the instance; absent: those of root. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** The directory that it starts in; absent: the home of root. */
  readonly cwd?: string;
}

/** Receives a line of a program's output, without its end-of-line. */
export type OnLine = (line: string, stream: "stdout" | "stderr") => void;

/** Receives a program's output as it comes; the bytes are good until the call returns. */
export type OnBytes = (bytes: Uint8Array, stream: "stdout" | "stderr") => void;
