/**
 * The port that looks at the state of the whole machine, as data.
 *
 * @module
 */

/** The result of a look with a deadline, or the reason why it has none. */
export type Look<T> =
  | { readonly found: T }
  | { readonly problem: string; readonly late: boolean };

/** The variables and paths that name the socket of a daemon. */
export interface SocketPlaces {
  /** Names of the environment variables with its path. */
  readonly env: { readonly socket: string; readonly dir: string };
  readonly sockets: readonly string[];
}

/** A path where a daemon's socket may be, and the result of connecting to it. */
export interface SocketLook {
  readonly path: string;
  /** The option or variable that named it; absent: it is one of the usual paths. */
  readonly source?: string;
  readonly state: "alive" | "absent" | "refused" | "forbidden" | "late" | "other";
  /** The reason of the state `other`. */
  readonly why?: string;
}

/** The user that runs lxops, according to the kernel and to the machine's files. */
export interface UserLook {
  readonly uid: number;
  /** Absent where `/etc/passwd` does not have the user. */
  readonly name?: string;
  /** Ids of the groups of this process. */
  readonly gids: readonly number[];
}

/** A rule of sudo for one program. */
export type SudoRule = "allowed" | "password" | "refused";

/** The programs of lxops that sudo lets the user run. */
export interface SudoLook {
  /** False where the machine has no sudo. */
  readonly there: boolean;
  readonly rules: Readonly<Record<string, SudoRule>>;
}

/** A pool of ZFS. */
export interface ZpoolLook {
  readonly name: string;
  readonly health: string;
  readonly bytes: number;
  readonly freeBytes: number;
}

/** ZFS on the machine. */
export interface ZfsLook {
  /** False where the machine has no program `zfs`. */
  readonly there: boolean;
  readonly pools: readonly ZpoolLook[];
  /** The message of `zpool` or `zfs` where it failed. */
  readonly problem?: string;
}

/** The room in the filesystem of a path. */
export interface RoomLook {
  /** The paths that were asked about and are in it. */
  readonly paths: readonly string[];
  readonly mount: string;
  readonly bytes: number;
  readonly freeBytes: number;
  /** The number of files that it can have, and of those that can still be created; 0 where it has no limit. */
  readonly files: number;
  readonly freeFiles: number;
}

/** The kind of file at a path, with symbolic links followed; `undefined` where there is none. */
export type PlaceLook = "directory" | "file" | "other" | "unknown" | undefined;

/** The port that looks at the machine; a look ends early when its signal aborts. */
export interface Inspector {
  /** Connects to each place where the socket of a daemon may be. */
  sockets(daemon: SocketPlaces, option: string, signal: AbortSignal): Promise<readonly SocketLook[]>;
  user(signal: AbortSignal): Promise<UserLook>;
  /** Reads small files; those that are missing or may not be read are left out. */
  texts(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Finds programs that lxops runs and the machine does not have. */
  absentPrograms(signal: AbortSignal): Promise<readonly string[]>;
  sudo(signal: AbortSignal): Promise<SudoLook>;
  zfs(signal: AbortSignal): Promise<ZfsLook>;
  /** Finds the directories that runs of lxops work on now, of whatever daemon; for root only. */
  atWork(signal: AbortSignal): Promise<readonly string[]>;
  places(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, PlaceLook>>;
  room(paths: readonly string[], signal: AbortSignal): Promise<readonly RoomLook[]>;
}
