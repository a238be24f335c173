/**
 * Checks for devices of a configuration that would hide others: a device name is unique, and of two disks at
 * one path only one is visible.
 *
 * @module
 */
import { ConfigError, type Issue } from "../../base/errors.ts";
import { normalizePath } from "../../instance/patterns/names.ts";
import type { Devices } from "../../ports/mod.ts";
import type { LxcOptions } from "../instance/resolve/lxc_options.ts";
import { need, type Resolved } from "../instance/resolve/resolved.ts";
import { same } from "../instance/resolve/profile.ts";
import { objectKey, problem } from "../world.ts";

type Device = Readonly<Record<string, string>>;

/**
 * Refuses devices that would hide those of the instance's other profiles or of its options. Devices that the
 * instance has already are not checked.
 *
 * @param disks disks that the instance's own profile will have
 * @throws {ConfigError}
 */
export function refuseHidden({ target, world, info, creation }: Resolved, disks: Devices): void {
  const { devices, ownProfile, project } = target.instance;
  const all = info?.profiles ?? need(creation).profiles;
  const profiles = all.filter((name) => name !== ownProfile);
  const others = profiles.flatMap((name) => {
    const profile = world.profiles.get(objectKey(project, name));
    return Object.entries(profile?.devices ?? {}).map(([device, keys]) => ({ profile: name, device, keys }));
  });
  const local = info?.devices ?? optionDevices(need(creation).options);
  const issues: Issue[] = [];
  for (const { name, path } of devices) {
    const disk = disks[name];
    if (!disk || info && same(info.expandedDevices[name], disk)) continue;
    const reason = hiddenBy(name, path, others) ?? localReason(name, local);
    if (reason !== undefined) issues.push(problem(target, `devices.${name}`, `Device "${name}": ${reason}`));
  }
  if (issues.length > 0) throw new ConfigError(issues);
}

function optionDevices({ network, devices }: LxcOptions): Devices {
  return { ...(network ? { eth0: { type: "nic" } } : {}), ...devices };
}

function hiddenBy(
  name: string,
  path: string,
  others: readonly { readonly profile: string; readonly device: string; readonly keys: Device }[],
): string | undefined {
  for (const { profile, device, keys } of others) {
    const type = keys["type"] ?? "device";
    if (type === "none") continue;
    if (device === name) {
      return `profile "${profile}" has a ${type} of that name, which it would take away; give it another name`;
    }
    if (type === "disk" && keys["path"] !== undefined && normalizePath(`/${keys["path"]}`) === path) {
      return `profile "${profile}" has its disk "${device}" at "${path}", which it would hide`;
    }
  }
  return undefined;
}

/**
 * Returns the reason why a device of the instance itself hides that of a profile. One of type `disk` only changes keys
 * of it.
 */
function localReason(name: string, local: Devices): string | undefined {
  const type = local[name]?.["type"];
  return type === undefined || type === "disk"
    ? undefined
    : `the instance itself has a ${type} of that name, which hides it; give it another name`;
}
