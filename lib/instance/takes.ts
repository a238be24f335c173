/**
 * Requirements of changes of an instance's settings: none, if the daemon applies them while the instance runs; a
 * restart; or a new root filesystem.
 *
 * @module
 */
import type { Devices } from "../ports/mod.ts";

/** Requirement of a change before it has effect. */
export type Takes = "nothing" | "restart" | "rebuild";

/**
 * Requirements of changes of an instance's configuration keys, by the key, or by its beginning where the entry ends
 * with a dot; the longest entry counts. Live updates of the daemons take nothing, apart from nesting, of which a part
 * comes with the start.
 */
export const CONFIG_TAKES: Readonly<Record<string, Takes>> = {
  "boot.": "nothing",
  "boot.mode": "restart",
  "cluster.": "nothing",
  "environment.": "nothing",
  "image.": "nothing",
  "limits.": "nothing",
  "limits.kernel.": "restart",
  "limits.memory.hugepages": "restart",
  "linux.kernel_modules": "nothing",
  "migration.": "nothing",
  "migration.stateful": "restart",
  "placement.": "nothing",
  "raw.apparmor": "nothing",
  "security.protection.": "nothing",
  "smbios11.": "nothing",
  "snapshots.": "nothing",
  "systemd.credential.": "nothing",
  "systemd.credential-binary.": "nothing",
  "user.": "nothing",
  "user.meta-data": "restart",
  "user.network-config": "restart",
  "user.user-data": "restart",
  "user.vendor-data": "restart",
  "volatile.": "nothing",
};

/** Keys whose change needs a restart of a virtual machine, but not of a container. */
const RESTARTS_MACHINE: ReadonlySet<string> = new Set(["limits.memory.swap", "limits.memory.enforce"]);

/** Requirements of changes of a running container's devices, by type. */
export const DEVICE_TAKES: Readonly<Record<string, Takes>> = {
  disk: "nothing",
  gpu: "nothing",
  infiniband: "restart",
  nic: "nothing",
  none: "nothing",
  pci: "restart",
  proxy: "nothing",
  tpm: "restart",
  "unix-block": "nothing",
  "unix-char": "nothing",
  "unix-hotplug": "nothing",
  usb: "nothing",
};

/** Types of devices that no virtual machine gets or loses while it runs. */
const COLD: ReadonlySet<string> = new Set(["gpu", "unix-block", "unix-char", "unix-hotplug"]);

/** Types of NICs that no instance gets or loses while it runs. */
const COLD_NICS: ReadonlySet<string> = new Set(["ipvlan"]);

/** Keys of a configuration file that are applied in another way than as configuration or a device of the instance. */
export const FILE_TAKES: Readonly<Record<string, Takes>> = {
  image: "rebuild",
  type: "rebuild",
};

const ORDER: readonly Takes[] = ["nothing", "restart", "rebuild"];

/** Returns the strongest requirement of several changes. */
export function most(all: readonly Takes[]): Takes {
  return all.reduce<Takes>((a, b) => ORDER.indexOf(a) < ORDER.indexOf(b) ? b : a, "nothing");
}

/** Returns the requirement of a change of an instance's key. Unknown keys need a restart. */
export function configTakes(key: string, vm = false): Takes {
  if (vm && RESTARTS_MACHINE.has(key)) return "restart";
  const entries = Object.keys(CONFIG_TAKES).filter((entry) =>
    entry === key || entry.endsWith(".") && key.startsWith(entry)
  );
  const longest = entries.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? "restart" : CONFIG_TAKES[longest] ?? "restart";
}

/** Returns the requirement of a new, removed or changed device. */
export function deviceTakes(
  before: Devices[string] | undefined,
  after: Devices[string] | undefined,
  vm = false,
): Takes {
  return most([before, after].flatMap((device) => device ? [oneTakes(device, vm)] : []));
}

/** Tells whether a disk is a filesystem in memory, which no daemon mounts or unmounts while the instance runs. */
function isInMemory({ source = "" }: Devices[string]): boolean {
  return source === "tmpfs:" || source === "tmpfs-overlay:";
}

function oneTakes(device: Devices[string], vm: boolean): Takes {
  const type = device["type"] ?? "none";
  if (vm && COLD.has(type)) return "restart";
  if (vm && type === "disk" && device["path"] === "/") return "restart";
  if (type === "disk" && isInMemory(device)) return "restart";
  if (type === "nic" && COLD_NICS.has(device["nictype"] ?? "")) return "restart";
  return DEVICE_TAKES[type] ?? "restart";
}
