/**
 * The data of each kind of filesystem.
 *
 * @module
 */
import type { InstanceFilesystem } from "../../../instance/instance.ts";
import type { DaemonKindName, HostKindName, LocatedFilesystem } from "../../storage/kinds/kind.ts";
import { hostKindNames } from "../../storage/kinds/mod.ts";
import type { TargetVolume } from "../../storage/kinds/volumes.ts";
import type { Filesystems } from "../../storage/selection.ts";
import { dataset } from "./dataset.ts";
import { directory } from "./directory.ts";
import type { DataKind, HostDataKind } from "./kind.ts";
import { volume } from "./volume.ts";

/** Data of kinds that have a directory of the host. */
export const HOST_DATA: Readonly<Record<HostKindName, HostDataKind>> = { dataset, directory };

/** Data of the daemon's own kinds. */
export const DAEMON_DATA: Readonly<Record<DaemonKindName, DataKind<TargetVolume>>> = { volume };

/** Plans for the filesystems of each kind together, kind by kind. */
export function forEachKind<T>(
  { host, daemon }: Filesystems,
  plan: <F extends InstanceFilesystem>(kind: DataKind<F>, own: readonly F[]) => readonly T[],
): T[] {
  return [
    ...hostKindNames().flatMap((name) =>
      ofKind(host, name, (own) => plan<LocatedFilesystem>(HOST_DATA[name], own))
    ),
    ...(Object.keys(DAEMON_DATA) as DaemonKindName[]).flatMap((name) =>
      ofKind(daemon, name, (own) => plan<TargetVolume>(DAEMON_DATA[name], own))
    ),
  ];
}

/** Plans for each filesystem by itself, in their order. */
export function forEach<T>(
  { host, daemon }: Filesystems,
  plan: <F extends InstanceFilesystem>(kind: DataKind<F>, filesystem: F) => readonly T[],
): T[] {
  return [
    ...host.flatMap((one) => plan<LocatedFilesystem>(HOST_DATA[one.kind], one)),
    ...daemon.flatMap((one) => plan<TargetVolume>(DAEMON_DATA[one.kind], one)),
  ];
}

function ofKind<F extends InstanceFilesystem, T>(
  filesystems: readonly F[],
  name: F["kind"],
  plan: (own: readonly F[]) => readonly T[],
): readonly T[] {
  const own = filesystems.filter(({ kind }) => kind === name);
  return own.length === 0 ? [] : plan(own);
}
