/**
 * Locks of the directories of instances, which keep commands of the machine's other daemons away.
 *
 * @module
 */
import type { PlanOptions, Target, World } from "../../../plan/world.ts";
import type { RunsSeen } from "../../../ports/machine_lock.ts";
import type { App } from "../../command/app.ts";
import { type LockValues, secondsOf } from "./lock.ts";

/** The command whose directories are locked, and its look at other runs. */
export interface DirectoryLockScope {
  /** Name of the command. */
  readonly name: string;
  /** The answer of `App.otherRuns()` from before the world was looked at. */
  readonly since: RunsSeen;
  /** Further targets whose directories change. */
  readonly others?: readonly Target[];
  /** Options of the plan; a return of data replaces directories. */
  readonly options?: Pick<PlanOptions, "undoData">;
}

/** Commands that replace or remove the content of directories. */
const REPLACING: ReadonlySet<string> = new Set([
  "copy-filesystems",
  "destroy",
  "extract",
  "import",
  "rename",
  "rollback",
]);

/**
 * Locks the directories of targets in a world; returns whether another daemon's command has worked on one since that was
 * looked at.
 */
export async function lockTargetDirectories(
  targets: readonly Target[],
  world: World,
  { name, since, others = [], options = {} }: DirectoryLockScope,
  values: LockValues,
  app: App,
): Promise<boolean> {
  const { usesOfTarget } = await import("../../../plan/checks/directory_uses.ts");
  const replaced = REPLACING.has(name) || options.undoData !== undefined ? { replaced: true } as const : {};
  const uses = [...targets, ...others].flatMap((target) => usesOfTarget(target, world))
    .map((use) => ({ ...use, ...replaced }));
  return await app.lockDirectories(uses, { command: name, seconds: secondsOf(values), since });
}
