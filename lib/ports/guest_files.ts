/**
 * Files of an instance, which need not run. They are not trusted: no link is followed, and reads are limited.
 *
 * @module
 */

/** A file at a path of an instance. */
export interface GuestFile {
  readonly kind: "file" | "directory" | "symlink" | "other";
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
}

/** A file to be written. */
export interface NewGuestFile extends Pick<GuestFile, "mode" | "uid" | "gid"> {
  readonly content: Uint8Array;
}

/** The port that reads and changes files of an instance. */
export interface GuestFiles {
  /** Looks at a path itself, not at the target of a link; `undefined` where it does not exist. */
  lstat(path: string): Promise<GuestFile | undefined>;
  /** Lists the names in a directory, at most so many; fails where there are more. */
  list(path: string, most: number): Promise<readonly string[]>;
  /** Reads a file of at most so many bytes. */
  read(path: string, most: number): Promise<Uint8Array>;
  /** Makes a directory. */
  makeDirectory(path: string, owner: Pick<GuestFile, "mode" | "uid" | "gid">): Promise<void>;
  /** Replaces a file, a link or nothing by a file, which is never there in part. */
  replace(path: string, file: NewGuestFile): Promise<void>;
}
