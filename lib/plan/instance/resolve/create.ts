/**
 * The create request of a new instance.
 *
 * @module
 */
import { ConfigError } from "../../../base/errors.ts";
import { didYouMean } from "../../../base/suggest.ts";
import { normalizePath } from "../../../instance/patterns/names.ts";
import type { Devices } from "../../../ports/mod.ts";
import { type LxcOptions, readLxcOptions } from "./lxc_options.ts";
import { isTrue } from "../idmap.ts";
import { ownConfig } from "./own_profile.ts";
import { need, type Resolved } from "./resolved.ts";
import { marks } from "../ownership.ts";
import { SHIFT_PROTECTION } from "../protection.ts";
import type { ImageSource, InstanceBody } from "../../requests/instances.ts";
import { objectKey, problem, type Target, type World } from "../../world.ts";

/** Returns the profiles that a configuration gives its instance, its own last. */
export function configuredProfiles(target: Target): readonly string[] {
  return instanceProfiles(target, readLxcOptions(target));
}

/** Returns the profiles of a new instance with some options, its own last. */
export function instanceProfiles(target: Target, options: LxcOptions): readonly string[] {
  const named = options.noProfiles ? [] : target.instance.profiles;
  return [...new Set([...named, ...options.profiles, target.instance.ownProfile])];
}

/**
 * Checks that the profiles of a target exist, apart from its own.
 *
 * @throws {ConfigError}
 */
export function checkProfiles({ target, world, profiles }: Resolved): void {
  const { instance } = target;
  const missing = need(profiles).filter((name) =>
    name !== instance.ownProfile && !world.profiles.has(objectKey(instance.project, name))
  );
  if (missing.length === 0) return;
  const known = [...world.profiles.values()].filter((profile) => profile.project === instance.project)
    .map((profile) => profile.name).sort();
  throw new ConfigError(missing.map((name) => {
    const index = instance.config.profiles.indexOf(name);
    const key = index < 0 ? "profiles" : `profiles.${index}`;
    const near = didYouMean(name, known) || `; the daemon has ${known.join(", ") || "none"}`;
    return problem(target, key, `There is no profile "${name}"${near}`);
  }));
}

/** Returns the configuration that a target's instance will have, with that of its profiles. */
export function expandedConfig(target: Target, world: World, options: LxcOptions): Record<string, string> {
  const config: Record<string, string> = {};
  for (const name of instanceProfiles(target, options)) {
    Object.assign(config, world.profiles.get(objectKey(target.instance.project, name))?.config);
    if (name === target.instance.ownProfile) Object.assign(config, ownConfig(target));
  }
  return Object.assign(config, options.config);
}

/**
 * Returns the devices that the daemon will attach to a target's instance, with those of its profiles.
 *
 * @param own the devices of its own profile
 */
export function expandedDevices({ target, world, creation }: Resolved, own: Devices): Devices {
  const { profiles, localDevices } = need(creation);
  const devices: Record<string, Readonly<Record<string, string>>> = {};
  for (const name of profiles) {
    if (name === target.instance.ownProfile) Object.assign(devices, own);
    else Object.assign(devices, world.profiles.get(objectKey(target.instance.project, name))?.devices);
  }
  return Object.assign(devices, need(localDevices));
}

/**
 * Checks that a new instance gets a root disk: neither daemon chooses a storage pool by itself.
 *
 * @throws {ConfigError}
 */
export function checkRoot({ target, world, profiles }: Resolved, devices: Devices): void {
  const root = Object.values(devices).some((device) =>
    device["type"] === "disk" && normalizePath(`/${device["path"] ?? ""}`) === "/"
  );
  if (root) return;
  const names = need(profiles).filter((name) => name !== target.instance.ownProfile);
  const { project } = target.instance;
  const flag = project && project !== "default" ? ` --project ${project}` : "";
  const key = target.instance.config.profiles.length > 0 ? "profiles.0" : "";
  throw new ConfigError([
    problem(
      target,
      key,
      `No profile of instance "${target.instance.name}" has a root disk (${
        names.join(", ") || "it has none"
      }): add one ` +
        `that has, with ${world.backend.client} profile device add${flag} PROFILE root disk path=/ pool=POOL, or name the ` +
        `pool by lxc-options: [--storage, POOL]`,
    ),
  ]);
}

/** Returns the body of a target's create request. */
export function instanceBody({ target, creation }: Resolved, source: ImageSource): InstanceBody {
  const { options, profiles, config, localDevices } = need(creation);
  // Its first start gives its files their owners.
  const shift = !options.vm && isTrue(config[SHIFT_PROTECTION]);
  return {
    name: target.instance.name,
    type: options.vm ? "virtual-machine" : "container",
    source,
    profiles,
    config: { ...options.config, ...(shift ? { [SHIFT_PROTECTION]: "false" } : {}), ...marks(target) },
    devices: need(localDevices),
    ephemeral: options.ephemeral,
    description: options.description ?? "",
    ...(options.instanceType ? { instance_type: options.instanceType } : {}),
  };
}

/** Returns the devices that the options give the instance itself, as the clients translate them. */
export function localDevices(target: Target, world: World, options: LxcOptions): Devices {
  const inherited: Record<string, Readonly<Record<string, string>>> = {};
  for (const name of instanceProfiles(target, options)) {
    Object.assign(inherited, world.profiles.get(objectKey(target.instance.project, name))?.devices);
  }
  const devices: Record<string, Readonly<Record<string, string>>> = {};
  // A limit of the disk is in the own profile, with its pool.
  if (options.storage && target.instance.settings.disk === undefined) {
    const root = Object.entries(inherited).find(([, device]) =>
      device["type"] === "disk" && device["path"] === "/"
    );
    devices[root?.[0] ?? "root"] = { type: "disk", path: "/", pool: options.storage };
  }
  if (options.network) devices["eth0"] = networkDevice(target, world, options.network);
  for (const [name, keys] of Object.entries(options.devices)) {
    const base = devices[name] ?? inherited[name];
    if (!base && !keys["type"]) {
      throw new ConfigError([
        problem(
          target,
          "lxc-options",
          `Option "-d ${name}": no profile of the instance has a device "${name}"`,
        ),
      ]);
    }
    devices[name] = { ...base, ...keys };
  }
  return devices;
}

function networkDevice(target: Target, world: World, name: string): Readonly<Record<string, string>> {
  const network = world.networks.get(objectKey(target.instance.project, name));
  if (!network) {
    throw new ConfigError([problem(target, "lxc-options", `The daemon has no network "${name}"`)]);
  }
  if (network.managed) return { type: "nic", name: "eth0", network: name };
  return {
    type: "nic",
    name: "eth0",
    nictype: network.type === "bridge" ? "bridged" : "macvlan",
    parent: name,
  };
}
