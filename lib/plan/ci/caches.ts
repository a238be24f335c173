/**
 * The volumes of caches: jobs of different projects have different ones, and so do jobs that run at the same time.
 *
 * @module
 */
import type { InstanceInfo } from "../../ports/mod.ts";
import type { Settings } from "./settings_schema.ts";

/** A volume that a job gets, by its name without its prefix, and its path in the instance. */
export interface Cache {
  readonly name: string;
  readonly path: string;
}

/** Number of volumes of one cache that jobs at the same time can have. */
const MOST = 100;

/** Returns the caches of a job: of each the first volume that no other instance has. */
export function cachesOfJob(
  { caches }: Pick<Settings, "caches">,
  trust: string,
  instances: readonly InstanceInfo[],
): readonly Cache[] {
  const taken = new Set(
    instances.flatMap(({ devices }) => Object.values(devices).map(({ source = "" }) => source)),
  );
  return caches.flatMap(({ name, path }) => {
    const free = Array.from({ length: MOST }, (_, slot) => `${name}-${trust.slice(0, 16)}-${slot}`)
      .find((one) => !taken.has(`lxops-cache-${one}`));
    return free === undefined ? [] : [{ name: free, path }];
  });
}
