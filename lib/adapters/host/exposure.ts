/**
 * Files that other users can change, so that they control the programs that obey these files.
 *
 * @module
 */
import { dirname, resolve } from "@std/path";

const STICKY = 0o1000;
const GROUP = 0o020;
const OTHERS = 0o002;

/** The user that follows a file. */
export interface Follower {
  readonly uid: number;
  /** The user who became root by sudo. */
  readonly sudo?: number;
}

/** The parts of a file's description that matter. */
export type Exposed = Pick<Deno.FileInfo, "uid" | "gid" | "mode" | "isDirectory"> & {
  readonly isSymlink?: boolean;
};

/**
 * Returns the reason why others than the user and root can change a file or directory, or replace its content. No group
 * may write, not even root's: an ACL that lets other users write shows only there.
 */
export function exposureOf(path: string, info: Exposed, { uid, sudo }: Follower): string | undefined {
  const mode = info.mode ?? 0;
  // In a directory with this bit, users cannot rename the files of others.
  const isShared = info.isDirectory && (mode & STICKY) !== 0;
  if (uid === 0 && info.uid !== 0 && info.uid !== sudo) return `"${path}" belongs to user ${info.uid}`;
  // The mode of a link means nothing.
  if (info.isSymlink) return undefined;
  if ((mode & OTHERS) !== 0 && !isShared) return `everybody can write to "${path}"`;
  if ((mode & GROUP) !== 0 && !isShared) {
    return `group ${info.gid} can write to "${path}", or users whom an ACL names (chmod g-w)`;
  }
  return undefined;
}

/**
 * Returns the reason why others can change a file, by its own mode, by that of a directory above it, or by those of the
 * directories above the target of a symbolic link.
 */
export async function exposure(path: string): Promise<string | undefined> {
  const sudo = Number(Deno.env.get("SUDO_UID"));
  const uid = Deno.uid() ?? 0;
  const follower = { uid, ...(uid === 0 && sudo > 0 ? { sudo } : {}) };
  const looked = new Set<string>();
  for (const end of [resolve(path), await Deno.realPath(path)]) {
    for (let at = end; !looked.has(at); at = dirname(at)) {
      looked.add(at);
      const found = exposureOf(at, await Deno.lstat(at), follower);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
