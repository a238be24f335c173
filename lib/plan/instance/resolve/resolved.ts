/**
 * The result of resolving a target: the objects of a world that the names in its configuration stand for.
 *
 * @module
 */
import { LxopsError } from "../../../base/errors.ts";
import type { Devices, InstanceInfo } from "../../../ports/mod.ts";
import type { Target, World } from "../../world.ts";
import type { ResolvedImage } from "./image.ts";
import type { LxcOptions } from "./lxc_options.ts";
import type { FoundOS } from "./ostype.ts";

/** A thing that was found, or the error that says why it was not. It is raised by the planner that needs the thing. */
export type Outcome<T> = { readonly value: T } | { readonly error: LxopsError };

/** The objects that a configuration names, looked up once for all planners of a command. */
export interface Resolved {
  readonly target: Target;
  readonly world: World;
  /** The daemon's instance of the target's name; absent where there is none. */
  readonly info?: InstanceInfo;
  /** Profiles that the configuration gives its instance, the instance's own one last. */
  readonly profiles: Outcome<readonly string[]>;
  /** Settings that a new instance is created with. */
  readonly creation: Outcome<Creation>;
  /** The image that the configuration names. */
  readonly image: Outcome<ResolvedImage>;
  /** Source of the root filesystem; absent where the instance keeps the one that it has. */
  readonly root?: Outcome<ResolvedImage>;
  /** The operating system that cloud-config files are for. */
  readonly os: Outcome<FoundOS>;
}

/** Settings that a new instance is created with. */
export interface Creation {
  readonly options: LxcOptions;
  /** Profiles, the instance's own one last. */
  readonly profiles: readonly string[];
  /** Configuration, with that of the profiles. */
  readonly config: Readonly<Record<string, string>>;
  /** Devices that the options give the instance itself. */
  readonly localDevices: Outcome<Devices>;
  /** The cluster member that the instance is created on, where the daemon does not choose it. */
  readonly member: Outcome<string | undefined>;
}

/** Calls a function and returns its value, or the error that it raised. */
export function outcomeOf<T>(find: () => T): Outcome<T> {
  try {
    return { value: find() };
  } catch (error) {
    if (error instanceof LxopsError) return { error };
    throw error;
  }
}

/**
 * Returns what was found.
 *
 * @throws {LxopsError} where it was not found
 */
export function need<T>(outcome: Outcome<T>): T {
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}
