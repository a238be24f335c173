/**
 * Content of an instance's own profile: the disk devices of its directories, and the devices and keys from other keys
 * of its configuration.
 *
 * @module
 */
import { ConfigError, type Issue } from "../../../base/errors.ts";
import { normalizePath } from "../../../instance/patterns/names.ts";
import { usable } from "../../../instance/parts.ts";
import type { Devices, InstanceInfo } from "../../../ports/mod.ts";
import { type LxcOptions, readLxcOptions } from "./lxc_options.ts";
import { type Described, objectKey, problem, type World } from "../../world.ts";

/** The profile key that lists the devices that lxops put into the profile. */
export const DEVICES_MARK = "user.lxops.devices";

/** Content of an instance's own profile. */
export interface OwnContent {
  readonly config: Readonly<Record<string, string>>;
  readonly devices: Devices;
}

/** Returns the configuration that the keys of a target's configuration give its instance. */
export function ownConfig({ instance }: Described): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(instance.settings.config).map(([name, { value }]) => [name, value]),
  );
}

/** Returns the devices of the profiles that a configuration names, without its own one. */
function inheritedDevices(target: Described, world: Pick<World, "profiles">, options: LxcOptions): Devices {
  const { profiles, ownProfile, project } = target.instance;
  const names = [...options.noProfiles ? [] : profiles, ...options.profiles];
  return Object.assign(
    {},
    ...names.filter((name) => name !== ownProfile).map((name) =>
      world.profiles.get(objectKey(project, name))?.devices
    ),
  );
}

/** Tells whether a device is the disk of the root filesystem. */
export function isRootDisk(device: Devices[string]): boolean {
  return device["type"] === "disk" && normalizePath(`/${device["path"] ?? ""}`) === "/" && !device["source"];
}

/**
 * Returns the root disk, without its size, that lxops once put into a target's own profile: the daemons let no profile
 * lose the root disk that an instance has from it.
 */
function earlierRoot({ instance }: Described, { profiles }: Pick<World, "profiles">): Devices {
  const { devices = {}, config = {} } = profiles.get(objectKey(instance.project, instance.ownProfile)) ?? {};
  const ours = (config[DEVICES_MARK] ?? "").split(",");
  const found = Object.entries(devices).find(([name, one]) => ours.includes(name) && isRootDisk(one));
  if (!found) return {};
  const { size: _size, ...device } = found[1];
  return { [found[0]]: device };
}

function rootDisk(
  target: Described,
  inherited: Devices,
  { storage }: LxcOptions,
  usedRoot: Devices,
): Devices | Issue {
  const { disk } = target.instance.settings;
  if (disk === undefined) return usedRoot;
  const [name = "root", device] = Object.entries(inherited).find(([, one]) => isRootDisk(one)) ?? [];
  const base = storage ? { type: "disk", path: "/", pool: storage } : device;
  if (base) return { [name]: { ...base, size: disk } };
  return problem(target, "limits.disk", "No profile of the instance has a root disk, whose size this is");
}

function nics(
  target: Described,
  inherited: Devices,
): { readonly devices: Devices; readonly issues: readonly Issue[] } {
  const { addresses, devices: typed } = target.instance.settings;
  const devices: Record<string, Devices[string]> = {};
  const issues: Issue[] = [];
  for (const [name, { ipv4, ipv6 }] of Object.entries(addresses)) {
    const base = typed.find((one) => one.name === name)?.device ?? inherited[name];
    if (base?.["type"] !== "nic") {
      const known = Object.entries(inherited).filter(([, one]) => one["type"] === "nic").map(([nic]) => nic);
      const have = known.length === 0 ? "they have none" : `they have ${known.sort().join(", ")}`;
      issues.push(
        problem(target, `addresses.${name}`, `No profile of the instance has a NIC "${name}"; ${have}`),
      );
      continue;
    }
    devices[name] = {
      ...base,
      ...(ipv4 === undefined ? {} : { "ipv4.address": ipv4 }),
      ...(ipv6 === undefined ? {} : { "ipv6.address": ipv6 }),
    };
  }
  return { devices, issues };
}

/** Finds keys and devices of a configuration that `lxc-options` gives the instance itself, where they would count. */
function optionIssues(
  target: Described,
  { config, devices, network }: LxcOptions,
  own: OwnContent,
): readonly Issue[] {
  const said =
    "lxc-options has it, too, which would win; leave one of them out, or use config convert --keys";
  const { settings } = target.instance;
  const keys = Object.entries(settings.config).filter(([name]) => Object.hasOwn(config, name));
  const names = Object.keys(own.devices).filter((name) =>
    !target.instance.devices.some((one) => one.name === name) &&
    (Object.hasOwn(devices, name) || network && name === "eth0")
  );
  return [
    ...keys.map(([name, { key }]) => problem(target, key, `"${name}": ${said}`)),
    ...names.map((name) => problem(target, keyOf(target, name), `Device "${name}": ${said}`)),
  ];
}

/** Returns the key of a configuration that gives a device. */
export function keyOf({ instance: { settings } }: Described, name: string): string {
  if (Object.hasOwn(settings.addresses, name)) return `addresses.${name}`;
  return settings.devices.find((one) => one.name === name)?.key ?? "limits.disk";
}

/**
 * Returns the content of a target's own profile.
 *
 * @param disks the disk devices of its directories
 * @throws {ConfigError} where its other profiles lack what the keys change, or `lxc-options` has the same
 */
export function ownContent(target: Described, world: Pick<World, "profiles">, disks: Devices): OwnContent {
  usable(target.instance, "settings", "environment");
  const { settings } = target.instance;
  const config = ownConfig(target);
  const usedRoot = earlierRoot(target, world);
  const wanted = Object.keys(settings.addresses).length > 0 || settings.disk !== undefined ||
    settings.devices.length > 0 || Object.keys(config).length > 0;
  if (!wanted) return { config, devices: { ...usedRoot, ...disks } };
  const options = readLxcOptions(target);
  const inherited = inheritedDevices(target, world, options);
  const root = rootDisk(target, inherited, options, usedRoot);
  const found = nics(target, inherited);
  const devices = {
    ...("message" in root ? {} : root as Devices),
    ...Object.fromEntries(settings.devices.map(({ name, device }) => [name, device])),
    ...found.devices,
    ...disks,
  };
  const own = { config, devices };
  const issues = [
    ...("message" in root ? [root as Issue] : []),
    ...found.issues,
    ...optionIssues(target, options, own),
  ];
  if (issues.length > 0) throw new ConfigError(issues);
  return own;
}

/** Returns the configuration that an instance will have once its own profile has its content. */
export function withOwnConfig(
  { config, expandedConfig }: Pick<InstanceInfo, "config" | "expandedConfig">,
  own: OwnContent,
): Readonly<Record<string, string>> {
  return Object.keys(own.config).length === 0
    ? expandedConfig
    : { ...expandedConfig, ...own.config, ...config };
}
