/**
 * Requests to the daemon, each built by one pure function.
 * Rule of paths and bodies: the REST API of LXD and Incus, version 1.0.
 *
 * @module
 */
import { apiPath } from "../../base/api.ts";
import type { Devices, InstanceRef, Request } from "../../ports/mod.ts";

/** Source of the root filesystem of a new instance. */
export type ImageSource =
  /** Nothing: an empty root filesystem. */
  | { readonly type: "none" }
  | { readonly type: "image"; readonly fingerprint: string }
  | { readonly type: "image"; readonly alias: string }
  | {
    readonly type: "image";
    readonly mode: "pull";
    readonly server: string;
    readonly protocol: string;
    readonly alias?: string;
    readonly fingerprint?: string;
    readonly certificate?: string;
    /** Kind of image, where a server has several under one name; an instance is created from its own kind. */
    readonly image_type?: "container" | "virtual-machine";
  }
  /** A copy of an instance of the same daemon, or of `NAME/SNAPSHOT`. */
  | {
    readonly type: "copy";
    readonly source: string;
    readonly project: string;
    readonly instance_only: boolean;
  };

/** The body of a create request. */
export interface InstanceBody {
  readonly name: string;
  readonly type: "container" | "virtual-machine";
  readonly source: ImageSource;
  readonly profiles: readonly string[];
  readonly config: Readonly<Record<string, string>>;
  readonly devices: Devices;
  readonly ephemeral: boolean;
  readonly description: string;
  readonly instance_type?: string;
  readonly start?: boolean;
}

/** Returns a path of the API with its project, which is left out where it is the default one. */
export function projectPath(
  parts: readonly string[],
  project: string,
  query: Readonly<Record<string, string>> = {},
): string {
  const home = project && project !== "default" ? { project } : {};
  return apiPath(parts, new URLSearchParams({ ...query, ...home }).toString());
}

/** Creates an instance from an image; `member` is a cluster member. */
export function createInstance(project: string, body: InstanceBody, member?: string): Request {
  return {
    method: "POST",
    path: projectPath(["instances"], project, member ? { target: member } : {}),
    body,
  };
}

/** Starts an instance. */
export function startInstance(ref: InstanceRef): Request {
  return state(ref, { action: "start", timeout: -1, force: false });
}

/** Stops an instance cleanly within so many seconds. */
export function stopInstance(ref: InstanceRef, seconds: number): Request {
  return state(ref, { action: "stop", timeout: seconds, force: false });
}

/** Restarts an instance: cleanly within so many seconds, or at once where it has none. */
export function restartInstance(ref: InstanceRef, seconds: number): Request {
  return state(ref, { action: "restart", timeout: seconds > 0 ? seconds : -1, force: seconds <= 0 });
}

/** Kills an instance. */
export function killInstance(ref: InstanceRef): Request {
  return state(ref, { action: "stop", timeout: -1, force: true });
}

/** Stops the processes of an instance where they are, until it is unfrozen. */
export function freezeInstance(ref: InstanceRef): Request {
  return state(ref, { action: "freeze", timeout: -1, force: false });
}

/** Lets the processes of a frozen instance go on. */
export function unfreezeInstance(ref: InstanceRef): Request {
  return state(ref, { action: "unfreeze", timeout: -1, force: false });
}

function state(ref: InstanceRef, body: unknown): Request {
  return { method: "PUT", path: projectPath(["instances", ref.name, "state"], ref.project), body };
}

/** Deletes an instance, which must be stopped. */
export function deleteInstance(ref: InstanceRef): Request {
  return { method: "DELETE", path: projectPath(["instances", ref.name], ref.project) };
}

/** Takes a snapshot of an instance. */
export function createSnapshot(ref: InstanceRef, snapshot: string): Request {
  const path = projectPath(["instances", ref.name, "snapshots"], ref.project);
  return { method: "POST", path, body: { name: snapshot, stateful: false } };
}

/** Puts an instance back to one of its snapshots. */
export function restoreInstance(ref: InstanceRef, snapshot: string): Request {
  const path = projectPath(["instances", ref.name], ref.project);
  return { method: "PUT", path, body: { restore: snapshot, stateful: false } };
}

/**
 * Backs an instance up, without its snapshots, as a tar archive that is the same for every storage driver.
 */
export function createBackup(ref: InstanceRef, name: string): Request {
  return {
    method: "POST",
    path: projectPath(["instances", ref.name, "backups"], ref.project),
    body: { name, instance_only: true, optimized_storage: false, compression_algorithm: "none" },
  };
}

/** Deletes a snapshot of an instance. */
export function deleteSnapshot(ref: InstanceRef, snapshot: string): Request {
  return { method: "DELETE", path: projectPath(["instances", ref.name, "snapshots", snapshot], ref.project) };
}

/** Renames an instance, which must be stopped. */
export function renameInstance(ref: InstanceRef, name: string): Request {
  return { method: "POST", path: projectPath(["instances", ref.name], ref.project), body: { name } };
}

/** Changes some of an instance's own settings. */
export function patchInstance(ref: InstanceRef, body: {
  readonly config?: Readonly<Record<string, string>>;
  readonly devices?: Devices;
  readonly profiles?: readonly string[];
  readonly ephemeral?: boolean;
  readonly description?: string;
}): Request {
  return { method: "PATCH", path: projectPath(["instances", ref.name], ref.project), body };
}

/** Replaces all of an instance's own settings. */
export function putInstance(
  ref: InstanceRef,
  body: Pick<InstanceBody, "profiles" | "config" | "devices" | "ephemeral" | "description"> & {
    readonly architecture: string;
  },
): Request {
  return { method: "PUT", path: projectPath(["instances", ref.name], ref.project), body };
}

/** Replaces an instance's root filesystem by an image (extension `instances_rebuild`). */
export function rebuildInstance(ref: InstanceRef, source: ImageSource): Request {
  return {
    method: "POST",
    path: projectPath(["instances", ref.name, "rebuild"], ref.project),
    body: { source },
  };
}

/** The content of a profile. */
export interface ProfileBody {
  readonly description: string;
  readonly config: Readonly<Record<string, string>>;
  readonly devices: Devices;
}

/** Creates a profile. */
export function createProfile(
  project: string,
  name: string,
  body: ProfileBody,
): Request {
  return { method: "POST", path: projectPath(["profiles"], project), body: { name, ...body } };
}

/** Replaces a profile's content. */
export function updateProfile(
  project: string,
  name: string,
  body: ProfileBody,
): Request {
  return { method: "PUT", path: projectPath(["profiles", name], project), body };
}

/** Changes some of a profile's configuration. */
export function patchProfile(
  project: string,
  name: string,
  body: { readonly config: Readonly<Record<string, string>> },
): Request {
  return { method: "PATCH", path: projectPath(["profiles", name], project), body };
}

/** Renames a profile. */
export function renameProfile(project: string, name: string, to: string): Request {
  return { method: "POST", path: projectPath(["profiles", name], project), body: { name: to } };
}

/** Deletes a profile, which must not be in use. */
export function deleteProfile(project: string, name: string): Request {
  return { method: "DELETE", path: projectPath(["profiles", name], project) };
}

/** Copies an image of a remote server into the daemon's store. */
export function downloadImage(project: string, source: ImageSource): Request {
  return {
    method: "POST",
    path: projectPath(["images"], project),
    body: { source, auto_update: false, public: false },
  };
}
