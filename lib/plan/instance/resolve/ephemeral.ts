/**
 * The mark of the own profile of an ephemeral instance, which is deleted after its instance. A mark names profile and
 * instance, as copies of a profile have its marks too.
 *
 * @module
 */
import { ConfigError } from "../../../base/errors.ts";
import type { InstanceInfo, InstanceRef, ProfileInfo } from "../../../ports/mod.ts";
import type { Described } from "../../world.ts";
import { readLxcOptions } from "./lxc_options.ts";

/** The profile key that names the ephemeral instance whose own profile it is. */
export const EPHEMERAL_MARK = "user.lxops.ephemeral";

/** Tells whether a configuration makes ephemeral instances. */
export function isEphemeral(target: Described): boolean {
  try {
    return readLxcOptions(target).ephemeral;
  } catch (error) {
    // Commands that do not use the options do without them.
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

/** Returns the mark of the own profile of an instance. */
export function ephemeralMark(profile: string, { project, name }: InstanceRef): string {
  return `${profile} ${project || "default"} ${name}`;
}

/** A profile that is left, and the instance that it was made for. */
export interface LeftProfile {
  readonly profile: string;
  readonly instance: InstanceRef;
}

/** Finds the own profiles of deleted ephemeral instances of a project; profiles in use stay. */
export function leftProfiles(
  project: string,
  { profiles, instances }: {
    readonly profiles: Iterable<Pick<ProfileInfo, "name" | "config" | "usedBy">>;
    readonly instances: Iterable<Pick<InstanceInfo, "name">>;
  },
): readonly LeftProfile[] {
  const names = new Set([...instances].map(({ name }) => name));
  return [...profiles].flatMap(({ name: profile, config, usedBy }) => {
    const mark = config[EPHEMERAL_MARK];
    const name = mark?.split(" ").at(-1) ?? "";
    const instance = { project, name };
    if (mark === undefined || mark !== ephemeralMark(profile, instance)) return [];
    return usedBy.length > 0 || names.has(name) ? [] : [{ profile, instance }];
  });
}
