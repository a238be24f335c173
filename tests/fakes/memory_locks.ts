/** Locks at a daemon in memory, which counts what it is asked. */
import { ServerError } from "../../lib/base/errors.ts";
import type { LockContent, LockPlace, LockStore } from "../../lib/ports/lock.ts";

/** A daemon's locks in memory. */
export interface MemoryLocks extends LockStore {
  readonly all: Map<string, LockContent>;
  /** `create default lxops.lock.web`, in order. */
  readonly asked: readonly string[];
}

/** Options of locks in memory. */
export interface MemoryLocksOptions {
  /** Runs before a request, which it may delay or refuse. */
  readonly before?: (request: string) => Promise<void> | void;
  readonly address?: string;
}

/** The key of a place. */
export const keyOf = ({ project, name }: LockPlace): string => `${project} ${name}`;

/** Makes locks that several runs of a test can share. */
export function memoryLocks(
  { before = () => {}, address = "/run/memory.socket" }: MemoryLocksOptions = {},
): MemoryLocks {
  const all = new Map<string, LockContent>();
  const asked: string[] = [];
  const ask = async <T>(verb: string, place: LockPlace, answer: (key: string) => T): Promise<T> => {
    asked.push(`${verb} ${keyOf(place)}`);
    await before(asked.at(-1)!);
    return answer(keyOf(place));
  };
  return {
    address,
    all,
    asked,
    create: (place, content) => ask("create", place, (key) => !all.has(key) && !!all.set(key, content)),
    read: (place) => ask("read", place, (key) => all.get(key)),
    replace: (place, content) => ask("replace", place, (key) => all.has(key) && !!all.set(key, content)),
    touch: (place, config) =>
      ask("touch", place, (key) => {
        const found = all.get(key);
        if (!found) throw new ServerError("Profile not found", { status: 404 });
        all.set(key, { ...found, config: { ...found.config, ...config } });
      }),
    remove: (place) => ask("remove", place, (key) => void all.delete(key)),
  };
}
