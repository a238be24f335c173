/**
 * Instances that will start, whose data a running instance has.
 *
 * @module
 */
import { refuse, type StateError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { dataDisks, type Disks } from "../instance/data_disks.ts";
import { SHARED_DATA, sharedDisk, STOP_OTHER } from "./renamed.ts";
import type { Identities } from "../tree/same.ts";
import { named } from "../world.ts";

/** An instance that runs, or is to start before another one; one of the other daemon of the machine has its title. */
export interface Holder {
  readonly info: InstanceInfo;
  readonly title?: string;
}

/** Returns the first of some disks that an instance which runs has, too, to write to. */
export function heldBy(
  holders: readonly Holder[],
  disks: Disks,
  world: Identities,
): { readonly holder: Holder; readonly disk: Disks[number] } | undefined {
  for (const holder of holders) {
    const isOther = holder.title !== undefined;
    // The volumes of another daemon are its own, whatever their names are.
    const common = isOther ? disks.filter(([, { pool }]) => pool === undefined) : disks;
    const disk = sharedDisk(holder.info.expandedDevices, common, world, isOther);
    if (disk) return { holder, disk };
  }
  return undefined;
}

/**
 * Returns the disks of an instance that no other one is to have: with its configuration, those whose places bear its name
 * there, and without it, directories below one of its name.
 */
export function ownDisksOf(info: InstanceInfo, own: ReadonlySet<string> | undefined): Disks {
  return dataDisks(info).filter(([name, { source = "", pool }]) =>
    own?.has(name) ?? (pool === undefined && source.split("/").includes(info.name))
  );
}

/** Returns the refusal of the start of an instance. */
export function held(
  info: InstanceRef,
  { info: holder, title }: Holder,
  [device, disk]: Disks[number],
): StateError {
  const place = disk["pool"] ? `volume:${disk["pool"]}/${disk["source"]}` : disk["source"];
  const flag = holder.project && holder.project !== "default" ? ` --project ${quote(holder.project)}` : "";
  return refuse(
    `Cannot start instance "${info.name}"`,
    `instance ${title === undefined ? named(holder, info.project) : `"${holder.name}" of ${title}`}, which ${
      holder.status === "Stopped" ? "is to start, too" : "runs"
    }, has its device "${device}" ("${place}") already`,
    [
      ...(title === undefined && holder.status !== "Stopped"
        ? [`To stop it first: lxops stop${flag} ${quote(holder.name)}`]
        : []),
      ...(title === undefined ? [] : [STOP_OTHER]),
      SHARED_DATA,
    ],
  );
}
