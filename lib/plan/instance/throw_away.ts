/**
 * The marks of throw-away instances: the run of lxops that made one, and whether it is kept. A mark names its instance
 * and its project, as copies of an instance have its marks too.
 *
 * @module
 */
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";

/** Key of the mark of the run that made an instance and removes it. */
export const RUN_MARK = "user.lxops.run";

/** Key of an instance that its run leaves to its user. */
export const KEPT_MARK = "user.lxops.run.kept";

/**
 * Key of the time until which an instance has its use though no process says so: that of a job of a CI system, which
 * calls lxops once for each stage.
 */
export const UNTIL_MARK = "user.lxops.run.until";

/** Returns the mark of an instance; `run` is its run, as `runText()` renders it. */
export function runMark(instance: InstanceRef, run: string): string {
  return `${nameIn(instance)} ${run}`;
}

/**
 * Returns the name of an instance in a mark; outside of the default project, the name of the project comes before it.
 */
function nameIn({ project, name }: InstanceRef): string {
  return project === "" || project === "default" ? name : `${project}/${name}`;
}

/** Returns the run that made an instance to throw away; `undefined` where none did, as with a copy of that instance. */
export function runOf(
  { project, name, config }: Pick<InstanceInfo, "project" | "name" | "config">,
): string | undefined {
  const start = runMark({ project, name }, "");
  const mark = config[RUN_MARK];
  return mark?.startsWith(start) ? mark.slice(start.length) : undefined;
}

/** Returns a mark without its run, which is another in every run. */
export function withoutRun(mark: string): string {
  return mark.replace(/ .*$/s, " ");
}
