/**
 * Instances beside the one that serves: the new root filesystem before it takes over, the old one until it is deleted,
 * and one that is kept. Each has a mark of its role, and a guard that prevents its start: it has the devices of the
 * instance that serves.
 *
 * @module
 */
import type { InstanceInfo } from "../../ports/mod.ts";
import { isTrue } from "./idmap.ts";
import type { Target, World } from "../world.ts";

/** The instance key that says which part an instance has in a rebuild. */
export const ROLE_MARK = "user.lxops.role";

/**
 * The instance key that says of which instance this one is a part in a rebuild. Its own name cannot always tell, as
 * that of a long name is cut.
 */
export const OF_MARK = "user.lxops.of";

/**
 * Parts of instances in a rebuild. A new instance is `unfinished` until the daemon has created all of it, `new` until
 * it is configured, and has no part from then on. The one that it replaces is `old` until it is deleted, or `kept`
 * until it becomes a `spare`. A spare that replaces one is `back` until it is ready. A new instance that did not come
 * to serve and is kept to look at is `failed`.
 */
export type Role = "unfinished" | "new" | "back" | "old" | "kept" | "spare" | "failed";

const ROLES: readonly string[] = [
  "unfinished",
  "new",
  "back",
  "old",
  "kept",
  "spare",
  "failed",
] satisfies readonly Role[];

/** Returns the part that an instance has in a rebuild. */
export function roleOf(info: Pick<InstanceInfo, "config">): Role | undefined {
  const role = info.config[ROLE_MARK];
  return role !== undefined && ROLES.includes(role) ? role as Role : undefined;
}

/**
 * The instance key that says that data goes back to a snapshot when an old instance comes back: the name of the
 * snapshot, and `runs` behind it where the instance ran before.
 */
const UNDO_MARK = "user.lxops.undo-data";

/** Data that goes back to a snapshot when an old instance comes back. */
export interface PendingUndo {
  readonly snapshot: string;
  /** The old instance ran before, and is started then. */
  readonly runs: boolean;
}

/** Returns the data that is to be restored according to the mark of an instance. */
export function pendingUndo({ config }: Pick<InstanceInfo, "config">): PendingUndo | undefined {
  const [snapshot = "", power] = (config[UNDO_MARK] ?? "").split(" ");
  return snapshot === "" ? undefined : { snapshot, runs: power === "runs" };
}

/** Returns the configuration that marks an instance whose data goes back, or that no longer does. */
export function undoMark(pending: PendingUndo | undefined): Readonly<Record<string, string>> {
  return { [UNDO_MARK]: pending ? `${pending.snapshot}${pending.runs ? " runs" : ""}` : "" };
}

/** The instance key that notes the instance's own profile as it was before a rebuild changed it, as JSON. */
export const PROFILE_NOTE = "user.lxops.profile";

/** Returns a configuration without the mark of data that an unfinished rebuild has to restore. */
export function withoutUndo(config: InstanceInfo["config"]): InstanceInfo["config"] {
  const { [UNDO_MARK]: _mark, [PROFILE_NOTE]: _note, ...rest } = config;
  return rest;
}

/** Tells whether an instance is kept beside the one that serves, and is not what an unfinished rebuild left. */
export function isAside(info: InstanceInfo): boolean {
  const role = roleOf(info);
  return role === "spare" || role === "failed";
}

/** The instance key by which a daemon that starts knows which instances ran before. */
export const LAST_STATE = "volatile.last_state.power";
/** Configuration with which a daemon that starts after a crash starts an instance that is just about to be started. */
export const RUNS: Readonly<Record<string, string>> = { [LAST_STATE]: "RUNNING" };

/** A key of an instance's configuration that keeps it from being started. */
export interface Guard {
  readonly key: string;
  readonly value: string;
}

const PROTECTED: Guard = { key: "security.protection.start", value: "true" };
/**
 * A module that no kernel has: both daemons load modules before anything else, and refuse to start an instance
 * whose modules cannot be loaded.
 */
const NO_SUCH_MODULE: Guard = { key: "linux.kernel_modules", value: "lxops_spare_do_not_start" };

/** Values of guards by their keys. */
export const GUARDS: Readonly<Record<string, string>> = {
  [PROTECTED.key]: PROTECTED.value,
  [NO_SUCH_MODULE.key]: NO_SUCH_MODULE.value,
};

/**
 * Returns the guard of an instance's spares; none where the daemon has none: for virtual machines of daemons without
 * protection from starting, and in projects that do not allow the key.
 */
export function guardOf(target: Target, world: World, vm: boolean): Guard | undefined {
  if (world.server.extensions.has("instance_protection_start")) return PROTECTED;
  const project = world.projects?.get(target.instance.project || "default")?.config ?? {};
  const allowed = !isTrue(project["restricted"]) || project["restricted.containers.lowlevel"] === "allow";
  return vm || !allowed ? undefined : NO_SUCH_MODULE;
}
