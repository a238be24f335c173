/**
 * Locks of lxops: profiles of the daemon, because the daemons create one profile of a name atomically. They carry
 * the name of the run that holds them.
 *
 * @module
 */
import type { ProfileInfo } from "./mod.ts";

/** Begin of the names of all locks; no name of an instance has a dot. */
export const LOCK_PREFIX = "lxops.lock";

/** The key of a lock that has its random text: a profile without it is none. */
export const LOCK_TOKEN = "user.lxops.lock.token";

/** The key of a lock that names the run which holds it. */
export const LOCK_RUN = "user.lxops.lock.run";

/** Tells whether a profile is a lock of lxops. */
export function isLock({ name, config }: Pick<ProfileInfo, "name" | "config">): boolean {
  return name.startsWith(LOCK_PREFIX) && Object.hasOwn(config, LOCK_TOKEN);
}

/** The place of a lock: a project and the name of its profile. */
export interface LockPlace {
  readonly project: string;
  readonly name: string;
}

/** The content of a lock. */
export interface LockContent {
  readonly description: string;
  readonly config: Readonly<Record<string, string>>;
}

/** The locks at a daemon. */
export interface LockStore {
  /** Address of the daemon. */
  readonly address: string;
  /** Creates a lock; `false` where there is one. */
  create(place: LockPlace, content: LockContent): Promise<boolean>;
  /** Reads a lock; `undefined` where there is none. */
  read(place: LockPlace): Promise<LockContent | undefined>;
  /** Replaces the content of a lock; `false` where there is none. */
  replace(place: LockPlace, content: LockContent): Promise<boolean>;
  /** Sets some keys of a lock. */
  touch(place: LockPlace, config: LockContent["config"]): Promise<void>;
  /** Deletes a lock; one that does not exist is none. */
  remove(place: LockPlace): Promise<void>;
}
