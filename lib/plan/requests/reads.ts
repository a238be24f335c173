/**
 * Paths of objects that only some commands read, each built by one pure function.
 * Rule of paths: the REST API of LXD and Incus, version 1.0.
 *
 * @module
 */
import { SERVER_PATH } from "../../base/api.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import { projectPath } from "./instances.ts";

/** Returns the path of an instance with its state. */
export function fullInstancePath(ref: InstanceRef): string {
  return projectPath(["instances", ref.name], ref.project, { recursion: "1" });
}

/** Returns the path of an instance's snapshots. */
export function snapshotsPath(ref: InstanceRef): string {
  return projectPath(["instances", ref.name, "snapshots"], ref.project);
}

/** Returns the path of an instance's snapshots with what they are. */
export function fullSnapshotsPath(ref: InstanceRef): string {
  return projectPath(["instances", ref.name, "snapshots"], ref.project, { recursion: "1" });
}

/** Returns the path of a snapshot of an instance. */
export function snapshotPath(ref: InstanceRef, snapshot: string): string {
  return projectPath(["instances", ref.name, "snapshots", snapshot], ref.project);
}

/** Returns the path of an instance's log files. */
export function logsPath(ref: InstanceRef): string {
  return projectPath(["instances", ref.name, "logs"], ref.project);
}

/** Returns the path of a log file of an instance. */
export function logPath(ref: InstanceRef, file: string): string {
  return projectPath(["instances", ref.name, "logs", file], ref.project);
}

/** Returns the path of an instance's console output. */
export function consolePath(ref: InstanceRef): string {
  return projectPath(["instances", ref.name, "console"], ref.project);
}

/** Returns the path of the instances of a project whose keys have these values. */
export function instancesWith(project: string, keys: Readonly<Record<string, string>>): string {
  const filter = Object.entries(keys).map(([key, value]) => `config.${key} eq ${value}`).join(" and ");
  return projectPath(["instances"], project, { recursion: "1", filter });
}

/** Returns the path of the names of a project's instances, which costs the daemon a tenth of the instances themselves. */
export function instanceNamesPath(project: string): string {
  return projectPath(["instances"], project);
}

/** Returns the path of the names of a project's profiles. */
export function profileNamesPath(project: string): string {
  return projectPath(["profiles"], project);
}

/** Returns the path of the daemon's operations. */
export function operationsPath(project: string): string {
  return projectPath(["operations"], project, { recursion: "1" });
}

/** Returns the path of the daemon's description of itself. */
export function daemonPath(): string {
  return SERVER_PATH;
}

/** Returns the path of the networks of a project, and of the interfaces that the daemon sees. */
export function networksPath(project: string): string {
  return projectPath(["networks"], project, { recursion: "1" });
}

/** Returns the path of the profiles of a project, locks included. */
export function profilesPath(project: string): string {
  return projectPath(["profiles"], project, { recursion: "1" });
}

/** Returns the path of the cluster's members. */
export function membersPath(): string {
  return projectPath(["cluster", "members"], "");
}

/** Returns the path of the cluster's members with their states. */
export function memberStatesPath(): string {
  return projectPath(["cluster", "members"], "", { recursion: "1" });
}

/** Returns the path of a network. */
export function networkPath(project: string, name: string): string {
  return projectPath(["networks", name], project);
}

/** Returns the path of an access list of networks. */
export function aclPath(project: string, name: string): string {
  return projectPath(["network-acls", name], project);
}

/** Returns the path of the addresses that a network has given. */
export function leasesPath(project: string, name: string): string {
  return projectPath(["networks", name, "leases"], project);
}

/** Returns the path of a profile. */
export function profilePath(project: string, name: string): string {
  return projectPath(["profiles", name], project);
}

/** Returns the path of an image. */
export function imagePath(project: string, fingerprint: string): string {
  return projectPath(["images", fingerprint], project);
}

/** Returns the path of an image's bytes. */
export function imageExport(project: string, fingerprint: string): string {
  return projectPath(["images", fingerprint, "export"], project);
}

/** Returns the path of an image alias. */
export function aliasPath(project: string, name: string): string {
  return projectPath(["images", "aliases", name], project);
}

/** Returns the path of the storage pools, as a project sees them. */
export function poolsPath(project: string): string {
  return projectPath(["storage-pools"], project, { recursion: "1" });
}

/** Returns the path of the room in a storage pool. */
export function poolRoomPath(pool: string): string {
  return projectPath(["storage-pools", pool, "resources"], "");
}

/** Returns the path of a backup of an instance, a tar archive. */
export function backupPath(ref: InstanceRef, name: string): string {
  return projectPath(["instances", ref.name, "backups", name, "export"], ref.project);
}
