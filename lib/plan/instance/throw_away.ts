/**
 * The marks of throw-away instances: the run of lxops that made one, and whether it is kept. A mark names its instance,
 * as copies of an instance have its marks too.
 *
 * @module
 */
import type { InstanceInfo } from "../../ports/mod.ts";

/** Key of the mark of the run that made an instance and removes it. */
export const RUN_MARK = "user.lxops.run";

/** Key of an instance that its run leaves to its user. */
export const KEPT_MARK = "user.lxops.run.kept";

/** Returns the mark of an instance; `run` is its run, as `runText()` renders it. */
export function runMark(name: string, run: string): string {
  return `${name} ${run}`;
}

/** Returns the run that made an instance to throw away; `undefined` where none did, as with a copy of that instance. */
export function runOf({ name, config }: Pick<InstanceInfo, "name" | "config">): string | undefined {
  const mark = config[RUN_MARK];
  return mark?.startsWith(`${name} `) ? mark.slice(name.length + 1) : undefined;
}
