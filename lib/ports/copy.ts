/**
 * Copies of files between this machine and an instance, as data.
 *
 * @module
 */
import type { InstanceRef } from "./mod.ts";

/** A file or a tree that is copied into an instance or out of it. */
export interface FileCopy {
  readonly direction: "in" | "out";
  readonly instance: InstanceRef;
  /** Absolute path in the instance; in a directory that is there, a copy keeps its name. */
  readonly inside: string;
  /** Absolute path on this machine, likewise. */
  readonly outside: string;
  /** Keep owners, as numbers; otherwise, root owns a copy, or on this machine the user. */
  readonly archive: boolean;
  /** Replace a file that is there. */
  readonly overwrite: boolean;
  /** Largest sum of the sizes of all files. */
  readonly maxBytes: number;
}

/** Receives events of a copy. */
export interface CopyEvents {
  progress(text: string): void;
  note(text: string): void;
}

/** Receives the number of bytes that have passed so far from one program to the next. */
export type OnCount = (count: number) => void;

/** The bytes that were copied, of so many. */
export interface Amount {
  readonly bytes: number;
  /** Absent: that is not known. */
  readonly total?: number;
}

/** Takes how far something is, as a text and in bytes, where these are known. */
export type OnProgress = (text: string, amount?: Amount) => void;
