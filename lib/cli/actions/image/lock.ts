/**
 * Locks of the names of images.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";
import type { App } from "../../command/app.ts";
import { locks, type LockValues } from "../../shared/lifecycle/lock.ts";

/** Locks names of images, before anything is read of them. */
export async function lockAliases(
  names: readonly string[],
  { command, project }: { readonly command: string; readonly project: string },
  values: LockValues,
  app: App,
): Promise<void> {
  if (!locks(values) || names.length === 0) return;
  const seconds = values["lock-timeout"] ?? 0;
  if (!(seconds >= 0)) throw new UsageError(`--lock-timeout needs a number from 0, not "${seconds}"`);
  const isDefault = project === "" || project === "default";
  const [{ imageLock }, projects] = await Promise.all([
    import("../../../run/lock/names.ts"),
    isDefault ? [] : app.server().then((server) => server.projects()),
  ]);
  const wants = await Promise.all(names.map((name) => imageLock({ project, name }, projects)));
  await app.lock(wants, { command, seconds });
}
