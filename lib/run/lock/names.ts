/**
 * The locks that a command needs, and their names.
 *
 * @module
 */
import { digest } from "../digest.ts";
import { LOCK_PREFIX, type LockPlace } from "../../ports/lock.ts";
import { variables } from "../../config/pattern.ts";
import type { InstanceRef, ProjectInfo } from "../../ports/mod.ts";
import type { Instance, InstanceFilesystem } from "../../instance/instance.ts";
import type { Described } from "../../plan/world.ts";

/** A lock that a command needs. */
export interface LockWant extends LockPlace {
  /** Name of the locked object, for messages: `instance "web"`. */
  readonly what: string;
  /** Project of the lock for users without access to the first project. */
  readonly otherwise?: string;
}

/** Longest name of a profile that every version of the daemons accepts. */
const LONGEST = 64;

/** Returns the lock of an instance, which need not exist. */
export async function instanceLock({ project, name }: InstanceRef): Promise<LockWant> {
  const home = project || "default";
  // Projects may share the profiles of the default one, so the name has the project.
  const own = [LOCK_PREFIX, ...home === "default" ? [] : [home], name].join(".");
  const fits = own.length <= LONGEST && /^[-.A-Za-z0-9]+$/.test(own);
  const at = home === "default" ? "" : ` of project "${home}"`;
  return {
    project: home,
    name: fits ? own : `${LOCK_PREFIX}-long.${await digest(own)}`,
    what: `instance "${name}"${at}`,
  };
}

/** Returns the lock of the rehearsal of an instance, which others may work on meanwhile. */
export async function rehearsalLock(ref: InstanceRef): Promise<LockWant> {
  const { project, what } = await instanceLock(ref);
  return {
    project,
    name: `${LOCK_PREFIX}-rehearsal.${await digest(`${project} ${ref.name}`)}`,
    what: `the rehearsal of ${what}`,
  };
}

/**
 * Returns the lock of a filesystem; it is in the default project, which all projects of a daemon have in common,
 * where the user has access to that.
 */
export async function filesystemLock(
  { path, volume }: Pick<InstanceFilesystem, "path" | "volume">,
  project: string,
  volumesOwn: boolean,
): Promise<LockWant> {
  const home = project || "default";
  const key = volume && volumesOwn ? `${home} ${path}` : path;
  return {
    project: "default",
    ...(home === "default" ? {} : { otherwise: home }),
    name: `${LOCK_PREFIX}-filesystem.${await digest(key)}`,
    what: `filesystem "${path}"`,
  };
}

/** Returns the lock of a directory of the host, which is that of a filesystem there. */
export async function directoryLock(path: string, project: string): Promise<LockWant> {
  return { ...await filesystemLock({ path }, project, false), what: `directory "${path}"` };
}

/**
 * Returns the lock of an image's alias, for commands that move it or delete images that it pointed to. Projects without
 * images of their own have those of the default one.
 */
export async function imageLock(
  { project, name }: { readonly project: string; readonly name: string },
  projects: readonly ProjectInfo[],
): Promise<LockWant> {
  const home = project || "default";
  const features = projects.find((one) => one.name === home)?.config;
  const owner = home !== "default" && features?.["features.images"] !== "false" ? home : "default";
  return {
    project: "default",
    ...(home === "default" ? {} : { otherwise: home }),
    name: `${LOCK_PREFIX}-image.${await digest(`${owner} ${name}`)}`,
    what: `image "${name}"`,
  };
}

/** Returns the lock of a pool for the run that tends it; acquiring and releasing its instances needs no lock. */
export async function poolLock(
  { project, pool }: { readonly project: string; readonly pool: string },
): Promise<LockWant> {
  const home = project || "default";
  const own = [`${LOCK_PREFIX}-pool`, ...home === "default" ? [] : [home], pool].join(".");
  const fits = own.length <= LONGEST && /^[-.A-Za-z0-9]+$/.test(own);
  return {
    project: home,
    name: fits ? own : `${LOCK_PREFIX}-pool-long.${await digest(own)}`,
    what: `pool "${pool}"`,
  };
}

/** Returns the lock of a pool's definition, for commands that change it. */
export async function definitionLock(
  ref: { readonly project: string; readonly pool: string },
): Promise<LockWant> {
  const { name, ...rest } = await poolLock({ ...ref, pool: `${ref.pool}.definition` });
  return { ...rest, name, what: `the definition of pool "${ref.pool}"` };
}

/** Returns the lock that is held while another one, whose holder has ended, is taken over. */
export function takeOverLock({ project, what }: LockWant, token: string): LockWant {
  return { project, name: `${LOCK_PREFIX}-after.${token}`, what };
}

/** Returns the locks of the instances of some targets. */
export async function instanceLocks(targets: readonly Described[]): Promise<readonly LockWant[]> {
  return await Promise.all(targets.map(({ instance }) => instanceLock(instance)));
}

/**
 * Returns the locks of filesystems that other configurations may have too: those without the instance's name in
 * their place.
 */
export async function filesystemLocks(
  targets: readonly Described[],
  projects: readonly ProjectInfo[],
): Promise<readonly LockWant[]> {
  return await Promise.all(
    targets.flatMap(({ instance }) => {
      const { project, filesystems } = instance;
      const features = projects.find((one) => one.name === project)?.config;
      const volumesOwn = features !== undefined && features["features.storage.volumes"] !== "false";
      return filesystems.filter((one) => isShared(one, instance))
        .map((one) => filesystemLock(one, project, volumesOwn));
    }),
  );
}

/** Tells whether a filesystem may be that of other configurations too: its place does not have the instance's name. */
export function isShared(
  { id, path }: Pick<InstanceFilesystem, "id" | "path">,
  { name, config }: Pick<Instance, "name" | "config">,
): boolean {
  const pattern = config.filesystems[id]?.pattern ?? "";
  return !variables(pattern).some((one) => INSTANCE.has(one)) && !path.split("/").includes(name);
}

/** Built-in properties that differ for each instance. */
const INSTANCE: ReadonlySet<string> = new Set(["instance", "project_instance"]);

/** Returns each lock once, in the order in which all runs take them. */
export function inOrder(wants: readonly LockWant[]): readonly LockWant[] {
  const keyed = new Map(wants.map((want) => [`${want.project} ${want.name}`, want]));
  return [...keyed].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0).map(([, want]) => want);
}
