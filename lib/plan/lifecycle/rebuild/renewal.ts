/**
 * Changes of values that a rebuild keeps by default: the MAC addresses of an instance, and its list of profiles.
 *
 * @module
 */
import { ConfigError } from "../../../base/errors.ts";
import type { Devices, InstanceInfo } from "../../../ports/mod.ts";
import { sendEffect } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { checkProfiles } from "../../instance/resolve/create.ts";
import type { Resolved } from "../../instance/resolve/resolved.ts";
import { patchInstance } from "../../requests/instances.ts";
import { objectKey, problem, refOf, type Target } from "../../world.ts";

/** Options of the command line for values that are not kept. */
export interface RenewalOptions {
  /** Let the daemon choose new MAC addresses. */
  readonly newAddress?: boolean;
  /** Give the instance the profiles that the configuration says. */
  readonly resetProfiles?: boolean;
}

/** Changes of values that a rebuild would keep. */
export interface Renewal {
  /** The instance after the changes. */
  readonly info: InstanceInfo;
  /** Steps that make the changes to a stopped instance. */
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
}

/**
 * Plans the values that are not kept.
 *
 * @param disks those that the instance's own profile will have
 * @throws {ConfigError} where the daemon lacks a profile, or no profile has a root disk
 */
export function planRenewal(
  resolved: Resolved,
  info: InstanceInfo,
  disks: Devices,
  options: RenewalOptions,
): Renewal {
  const { target, world } = resolved;
  const addressed = options.newAddress ? withoutAddresses(target, info) : { info, steps: [], notes: [] };
  if (!options.resetProfiles) return addressed;
  const { instance } = target;
  const profiles = [...instance.profiles, instance.ownProfile];
  if (profiles.join("\n") === info.profiles.join("\n")) return addressed;
  const found = (name: string) => world.profiles.get(objectKey(instance.project, name));
  checkProfiles(resolved);
  const devices = Object.assign({}, ...profiles.map((name) => found(name)?.devices), disks, info.devices);
  const hasRoot = Object.values(devices as Devices).some((one) =>
    one["type"] === "disk" && one["path"] === "/"
  );
  if (!hasRoot) {
    const message = `None of the profiles ${profiles.join(", ")} has a root disk`;
    throw new ConfigError([problem(target, "profiles", message)]);
  }
  const ref = refOf(instance);
  const set = (names: readonly string[]) => sendEffect(patchInstance(ref, { profiles: names }));
  return {
    info: { ...addressed.info, profiles, expandedDevices: devices },
    steps: [
      ...addressed.steps,
      {
        title: `Set the profiles of instance ${ref.name} as in its configuration`,
        effect: set(profiles),
        undo: set(info.profiles),
      },
    ],
    notes: [
      ...addressed.notes,
      `The profiles of "${ref.name}" become ${profiles.join(", ")}; they were ${info.profiles.join(", ")}`,
    ],
  };
}

function withoutAddresses(target: Target, info: InstanceInfo): Renewal {
  const addresses = Object.entries(info.config).filter(([key, value]) =>
    /^volatile\.[^.]+\.hwaddr$/.test(key) && value !== ""
  );
  const kept = Object.entries(info.config).filter(([key]) => addresses.every(([other]) => other !== key));
  const ref = refOf(target.instance);
  const set = (config: Readonly<Record<string, string>>) => sendEffect(patchInstance(ref, { config }));
  const fixed = Object.entries(info.expandedDevices).flatMap(([name, device]) =>
    ["hwaddr", "ipv4.address", "ipv6.address"].filter((key) => device["type"] === "nic" && device[key])
      .map((key) => `${name}.${key}`)
  );
  return {
    info: { ...info, config: Object.fromEntries(kept) },
    steps: addresses.length === 0 ? [] : [{
      title: `Remove MAC addresses from instance ${ref.name}`,
      effect: set(Object.fromEntries(addresses.map(([key]) => [key, ""]))),
      undo: set(Object.fromEntries(addresses)),
    }],
    notes: fixed.length === 0 ? [] : [`"${ref.name}" keeps what its devices say: ${fixed.join(", ")}`],
  };
}
