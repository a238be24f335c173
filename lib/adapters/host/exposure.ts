/**
 * Files that others can change: who follows one does what they say.
 *
 * @module
 */
import { dirname } from "@std/path";

const STICKY = 0o1000;
const GROUP = 0o020;
const OTHERS = 0o002;

/** The user that follows a file. */
export interface Follower {
  readonly uid: number;
  readonly gid: number;
  /** The user who became root by sudo. */
  readonly sudo?: number;
}

/** The parts of a file's description that matter. */
export type Exposed = Pick<Deno.FileInfo, "uid" | "gid" | "mode" | "isDirectory">;

/** Returns the reason why others than the user and root can change a file or directory, or replace its content. */
export function exposureOf(path: string, info: Exposed, { uid, gid, sudo }: Follower): string | undefined {
  const mode = info.mode ?? 0;
  // In a directory with this bit, users cannot rename the files of others.
  const isShared = info.isDirectory && (mode & STICKY) !== 0;
  if (uid === 0 && info.uid !== 0 && info.uid !== sudo) return `"${path}" belongs to user ${info.uid}`;
  if ((mode & OTHERS) !== 0 && !isShared) return `everybody can write to "${path}"`;
  const isOwnGroup = info.gid === 0 || uid !== 0 && info.gid === gid;
  if ((mode & GROUP) !== 0 && !isShared && !isOwnGroup) {
    return `group ${info.gid} can write to "${path}"`;
  }
  return undefined;
}

/** Returns the reason why others can change a file, by its own mode or by that of a directory above it. */
export async function exposure(path: string): Promise<string | undefined> {
  const sudo = Number(Deno.env.get("SUDO_UID"));
  const uid = Deno.uid() ?? 0;
  const follower = { uid, gid: Deno.gid() ?? 0, ...(uid === 0 && sudo > 0 ? { sudo } : {}) };
  const real = await Deno.realPath(path);
  for (let at = real;; at = dirname(at)) {
    const found = exposureOf(at, await Deno.lstat(at), follower);
    if (found !== undefined || at === "/") return found;
  }
}
