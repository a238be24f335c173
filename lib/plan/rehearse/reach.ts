/**
 * Keys and devices that a copy for a rehearsal does not get, as they reach the host or data of the instance itself. It keeps
 * only those that are known to reach neither.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import type { Devices, InstanceInfo } from "../../ports/mod.ts";
import { configuredProfiles } from "../instance/resolve/create.ts";
import { readLxcOptions } from "../instance/resolve/lxc_options.ts";
import { isRootDisk, ownConfig } from "../instance/resolve/own_profile.ts";
import { type Described, objectKey, type Target, type World } from "../world.ts";

/** Keys that say what the copy itself may use, how it boots and what it configures inside. */
const KEPT = new RegExp(
  "^(?:(?:agent|boot|cloud-init|cluster|environment|image|limits|migration|nvidia|oci|security|snapshots|systemd|user|volatile)" +
    "\\..*|raw\\.idmap|linux\\.sysctl\\.(?:net|fs\\.mqueue|kernel\\.(?:msg|sem|shm))[.\\w/-]*)$",
);
/** Keys among these that open a filesystem of the kernel. */
const OPENS = /^security\.(?:bpffs\.|delegate_bpf)/;

/** Values that leave out what a profile gives: a key of an instance without a value does not hide it. */
const NEUTRAL: Readonly<Record<string, string>> = {
  "raw.lxc": "# left out in a rehearsal of lxops",
  "raw.apparmor": "# left out in a rehearsal of lxops",
  "raw.qemu.conf": "# left out in a rehearsal of lxops",
  "linux.kernel_modules": " ",
};

/** Character devices that hold no data, and no hardware that others use. */
const PLAIN_NODES = /^\/dev\/(?:null|zero|full|random|urandom|fuse|kvm|net\/tun)$/;
/** Sources of disks that the daemon makes for one instance. */
const MADE_DISKS = /^(?:tmpfs|tmpfs-overlay|none|agent:config|cloud-init:config):?$/;

/** Tells whether a key of an instance may reach further than the instance. */
export function reachesOut(key: string): boolean {
  return !KEPT.test(key) || OPENS.test(key);
}

/** Tells whether a device is harmless in a copy without a change. */
export function isHarmless(device: Devices[string]): boolean {
  const { type, source = "", path = "", major, minor } = device;
  if (type === "disk") return isRootDisk(device) || MADE_DISKS.test(source);
  if (type === "unix-char") {
    return PLAIN_NODES.test(source || path) && major === undefined && minor === undefined;
  }
  return type === "gpu" || type === "none";
}

/** The instance that a copy is made from, and the copy. */
export interface Origin {
  readonly source: Described;
  readonly copy: Target;
}

/** Returns the devices that profiles may give a copy: those of the instance, and those that its configuration names. */
export function givenDevices({ copy }: Origin, info: InstanceInfo, world: World): Devices {
  return { ...inProfiles(copy, world, "devices"), ...info.expandedDevices };
}

/**
 * Returns the keys of a copy that replace those which reach out.
 *
 * @throws {StateError} where a profile has a key that nothing can replace
 */
export function neutralKeys(
  { copy }: Origin,
  info: InstanceInfo,
  world: World,
): Readonly<Record<string, string>> {
  const ofProfiles = inProfiles(copy, world, "config");
  const local = Object.keys(info.config).filter(reachesOut).map((key) => [key, ""] as const);
  const hidden = Object.keys(ofProfiles).filter(reachesOut).map((key) => {
    const value = NEUTRAL[key];
    if (value !== undefined) return [key, value] as const;
    throw refuse(
      `Cannot rehearse with instance "${info.name}"`,
      `a profile gives it "${key}", which may reach the host, and which a copy cannot do without`,
      ["Give the key to the instance itself, or leave it out of the profile"],
    );
  });
  return Object.fromEntries([...local, ...hidden]);
}

/** Returns what the profiles of a copy give it, without its own one. */
function inProfiles<Part extends "config" | "devices">(copy: Target, { profiles }: World, part: Part) {
  const { project, ownProfile } = copy.instance;
  return Object.assign(
    {},
    ...configuredProfiles(copy).filter((name) => name !== ownProfile)
      .map((name) => profiles.get(objectKey(project, name))?.[part]),
  );
}

/** Returns what a copy does not have, as texts for a report. */
export function leftOut({ source, copy }: Origin, info: InstanceInfo, world: World): readonly string[] {
  const keys = new Set(
    [
      info.expandedConfig,
      inProfiles(copy, world, "config"),
      ownConfig(source),
      readLxcOptions(source).config,
    ].flatMap(Object.keys).filter(reachesOut),
  );
  const { devices, settings } = source.instance;
  const all: Devices = {
    ...givenDevices({ source, copy }, info, world),
    ...Object.fromEntries(settings.devices.map(({ name, device }) => [name, device])),
    ...Object.fromEntries(
      devices.filter(({ filesystem }) => filesystem === undefined).map(({ name, dir }) =>
        [name, { type: "disk", source: dir }] as const
      ),
    ),
  };
  const copied = new Set(copy.instance.devices.map(({ name }) => name));
  const others = Object.entries(all).filter(([name, device]) =>
    !copied.has(name) && !/^(?:nic|proxy)$/.test(device["type"] ?? "") && !isHarmless(device)
  );
  return [
    ...[...keys].sort(),
    ...others.map(([name, { type, source: from, path }]) =>
      `device "${name}" (${[type, from || path].filter(Boolean).join(" ")})`
    ).sort(),
  ];
}
