/**
 * The daemon's program that reads the files of a container that does not run. It stays for 15 s, is not found after a
 * rename, and lets the deletion of the container wait for its end.
 *
 * @module
 */
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { createSnapshot } from "../requests/instances.ts";
import { objectKey, type Target, type World } from "../world.ts";
import { isTrue } from "./idmap.ts";
import { isMachine, isRunning } from "./ownership.ts";

/** A name that no snapshot can have. */
const NO_NAME = "no snapshot";
/** Words of all daemons about such a name: one asks for no space, and one for no white space. */
const REFUSED = "snapshot name: ";

/**
 * Returns the step that ends that program where lxops has read the files of an instance: none where that runs, or its
 * project allows no snapshots. Incus 6 and LXD end the program before they take a snapshot, and refuse the name after
 * that. Later versions of Incus refuse the name first; the program then stays, and the deletion of the old instance, which
 * comes last and after the new one serves, waits for its end. There, only a start, a snapshot that is taken or a restore
 * would end it.
 */
export function endReaderSteps(
  { instance }: Target,
  { accounts, projects }: World,
  old: InstanceInfo,
): Step[] {
  const ref: InstanceRef = { project: old.project, name: old.name };
  const read = accounts.get(objectKey(ref.project, ref.name));
  if (isRunning(old) || isMachine(old) || !read || read.passwd === "" && !read.unknown) return [];
  const config = projects?.get(instance.project || "default")?.config ?? {};
  if (isTrue(config["restricted"]) && config["restricted.snapshots"] !== "allow") return [];
  return [
    send(`Stop reading the files of instance ${ref.name}`, createSnapshot(ref, NO_NAME), {
      already: REFUSED,
    }),
  ];
}
