/**
 * Removal of the own profiles that ephemeral instances have left.
 *
 * @module
 */
import { StateError } from "../../../base/errors.ts";
import { EPHEMERAL_MARK, type LeftProfile, leftProfiles } from "../../../plan/instance/resolve/ephemeral.ts";
import { planProfiles } from "../../../plan/throwaway/profiles.ts";
import { objectKey, type Target, type World } from "../../../plan/world.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { lockInstances, locks, type LockValues } from "./lock.ts";

/** Plans the removal of leftovers in the projects of a launch, except those of its own instances. */
export async function leftBeside(
  { targets, world }: { readonly targets: readonly Target[]; readonly world: World },
  values: LockValues,
  app: App,
): Promise<readonly InstancePlan[]> {
  if (![...world.profiles.values()].some(({ config }) => config[EPHEMERAL_MARK] !== undefined)) return [];
  const keys = new Set(targets.map(({ instance: { project, name } }) => objectKey(project, name)));
  const projects = new Set(targets.map(({ instance: { project } }) => project));
  const left = [...projects].flatMap((project) =>
    leftProfiles(project, {
      profiles: [...world.profiles].flatMap(([key, one]) =>
        key === objectKey(project, one.name) ? [one] : []
      ),
      instances: [...world.instances].flatMap(([key, one]) =>
        key === objectKey(project, one.name) ? [one] : []
      ),
    })
  ).filter(({ instance: { project, name } }) => !keys.has(objectKey(project, name)));
  return await withoutLeftProfiles(left, "launch", values, app);
}

/**
 * Plans the removal of profiles that seem to be left. Their instances are locked, as another run may be about to make
 * one of them; a profile whose instance is locked stays.
 */
export async function withoutLeftProfiles(
  seen: readonly LeftProfile[],
  command: string,
  values: LockValues,
  app: App,
): Promise<readonly InstancePlan[]> {
  if (seen.length === 0 || !locks(values)) return planProfiles(seen);
  const locked: LeftProfile[] = [];
  for (const one of seen) {
    try {
      await lockInstances([one.instance], command, { ...values, "lock-timeout": 0 }, app);
      locked.push(one);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
    }
  }
  // Until the locks, any of them may have been launched again.
  const now = new Set<string>();
  const server = await app.server();
  for (const project of new Set(locked.map(({ instance }) => instance.project))) {
    const [instances, profiles] = await Promise.all([server.instances(project), server.profiles(project)]);
    for (const { profile } of leftProfiles(project, { instances, profiles })) {
      now.add(`${project} ${profile}`);
    }
  }
  return planProfiles(
    locked.filter(({ profile, instance: { project } }) => now.has(`${project} ${profile}`)),
  );
}
