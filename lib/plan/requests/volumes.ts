/**
 * Requests about custom volumes, each built by one pure function.
 *
 * @module
 */
import type { Request, VolumeRef } from "../../ports/mod.ts";
import { projectPath } from "./instances.ts";

/** Returns the path of a volume, or of something below it. */
export function volumeUrl(
  { project, pool, name }: VolumeRef,
  below: readonly string[] = [],
  query: Readonly<Record<string, string>> = {},
): string {
  return projectPath(["storage-pools", pool, "volumes", "custom", name, ...below], project, query);
}

function create({ project, pool }: VolumeRef, body: unknown, member: string | undefined): Request {
  const query = member === undefined ? {} : { target: member };
  return {
    method: "POST",
    path: projectPath(["storage-pools", pool, "volumes", "custom"], project, query),
    body,
  };
}

/** Creates an empty volume; `member` is a cluster member. */
export function createVolume(
  volume: VolumeRef,
  config: Readonly<Record<string, string>>,
  member?: string,
): Request {
  return create(volume, { name: volume.name, config }, member);
}

/**
 * Creates a volume as the copy of another one, or of a snapshot of it. It says no configuration: so the copy gets
 * the original's, with the ids that the files have on the disk.
 */
export function copyVolume(
  from: VolumeRef,
  snapshot: string | undefined,
  to: VolumeRef,
  member?: string,
): Request {
  const source = {
    type: "copy",
    pool: from.pool,
    name: snapshot === undefined ? from.name : `${from.name}/${snapshot}`,
    volume_only: true,
    ...(from.project === to.project ? {} : { project: from.project }),
  };
  return create(to, { name: to.name, source }, member);
}

/** Changes some of a volume's configuration. */
export function patchVolume(volume: VolumeRef, config: Readonly<Record<string, string>>): Request {
  return { method: "PATCH", path: volumeUrl(volume), body: { config } };
}

/** Renames a volume in its pool; no instance that has it may run. The daemon follows in all that have it. */
export function renameVolume(volume: VolumeRef, name: string): Request {
  return { method: "POST", path: volumeUrl(volume), body: { name } };
}

/** Deletes a volume with its snapshots. */
export function deleteVolume(volume: VolumeRef): Request {
  return { method: "DELETE", path: volumeUrl(volume) };
}

/** Takes a snapshot of a volume. */
export function createVolumeSnapshot(volume: VolumeRef, snapshot: string): Request {
  return { method: "POST", path: volumeUrl(volume, ["snapshots"]), body: { name: snapshot } };
}

/** Deletes a snapshot of a volume. */
export function deleteVolumeSnapshot(volume: VolumeRef, snapshot: string): Request {
  return { method: "DELETE", path: volumeUrl(volume, ["snapshots", snapshot]) };
}

/** Puts a volume back to one of its snapshots; no instance that has it may run. */
export function restoreVolume(volume: VolumeRef, snapshot: string): Request {
  return { method: "PUT", path: volumeUrl(volume), body: { restore: snapshot } };
}

/** Has the daemon make a backup of a volume, without its snapshots, in a form that every driver can restore. */
export function createVolumeBackup(volume: VolumeRef, backup: string): Request {
  const body = { name: backup, volume_only: true, optimized_storage: false, compression_algorithm: "gzip" };
  return { method: "POST", path: volumeUrl(volume, ["backups"]), body };
}

/** Deletes a backup of a volume. */
export function deleteVolumeBackup(volume: VolumeRef, backup: string): Request {
  return { method: "DELETE", path: volumeUrl(volume, ["backups", backup]) };
}
