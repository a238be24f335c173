/**
 * Locks of the directories of instances, which keep commands of the machine's other daemons away, and all others from
 * those whose content is replaced.
 *
 * @module
 */
import type { Target, World } from "../../../plan/world.ts";
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
  /** The filesystems that the command replaces, removes or moves. */
  readonly replaces?: Replaces;
}

/** Filesystems that a command replaces, and what it does with them. */
export interface Replaces {
  /**
   * Its data goes, so that no instance may run with it under another path; or it stays: it is moved, is still empty, or
   * goes only after a failure.
   */
  readonly data: "goes" | "stays";
  /** Only those that the configuration gives up. */
  readonly destroyed?: true;
}

/**
 * Locks the directories of targets in a world; returns whether another command has worked on one since that was looked at.
 */
export async function lockTargetDirectories(
  targets: readonly Target[],
  world: World,
  { name, since, others = [], replaces }: DirectoryLockScope,
  values: LockValues,
  app: App,
): Promise<boolean> {
  const { usesOfTarget } = await import("../../../plan/checks/directory_uses.ts");
  const uses = [...targets, ...others].flatMap((target) =>
    usesOfTarget(target, world, (one) => replaces !== undefined && (one.destroy || !replaces.destroyed))
  );
  return await app.lockDirectories(uses, { command: name, seconds: secondsOf(values), since });
}
