/**
 * Paths of what is looked at beside the lists that every command reads, each built by one pure function.
 * Rule of paths: the REST API of LXD and Incus, version 1.0.
 *
 * @module
 */
import type { InstanceRef } from "../../ports/mod.ts";
import { projectPath } from "./instances.ts";

/** An instance with its state, as the daemon describes it. */
export function fullInstancePath(ref: InstanceRef): string {
  return projectPath(["instances", ref.name], ref.project, { recursion: "1" });
}

/** The snapshots of an instance. */
export function snapshotsPath(ref: InstanceRef): string {
  return projectPath(["instances", ref.name, "snapshots"], ref.project);
}

/** One snapshot of an instance. */
export function snapshotPath(ref: InstanceRef, snapshot: string): string {
  return projectPath(["instances", ref.name, "snapshots", snapshot], ref.project);
}

/** The log files of an instance. */
export function logsPath(ref: InstanceRef): string {
  return projectPath(["instances", ref.name, "logs"], ref.project);
}

/** One log file of an instance. */
export function logPath(ref: InstanceRef, file: string): string {
  return projectPath(["instances", ref.name, "logs", file], ref.project);
}

/** What an instance wrote to its console. */
export function consolePath(ref: InstanceRef): string {
  return projectPath(["instances", ref.name, "console"], ref.project);
}

/** What the daemon does in the background. */
export function operationsPath(project: string): string {
  return projectPath(["operations"], project, { recursion: "1" });
}

/** The members of the cluster that the daemon belongs to. */
export function membersPath(): string {
  return projectPath(["cluster", "members"], "");
}

/** A network. */
export function networkPath(project: string, name: string): string {
  return projectPath(["networks", name], project);
}

/** A profile. */
export function profilePath(project: string, name: string): string {
  return projectPath(["profiles", name], project);
}

/** What a name of an image stands for. */
export function aliasPath(project: string, name: string): string {
  return projectPath(["images", "aliases", name], project);
}

/** The storage pools, as a project sees them. */
export function poolsPath(project: string): string {
  return projectPath(["storage-pools"], project, { recursion: "1" });
}

/** A backup of an instance, as a tar archive. */
export function backupPath(ref: InstanceRef, name: string): string {
  return projectPath(["instances", ref.name, "backups", name, "export"], ref.project);
}
