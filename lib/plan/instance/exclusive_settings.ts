/**
 * Settings that only one of two swapped instances can have: network addresses, because LXD starts no instance
 * with the MAC or IP address of another one, running or not; and autostart, because both instances have the
 * same devices. The instance that does not serve has given these settings up, and carries a note to restore
 * them from.
 *
 * @module
 */
import type { Devices, InstanceInfo, InstanceRef, Request } from "../../ports/mod.ts";
import { send, sendEffect } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { isTrue } from "./idmap.ts";
import { DELETE_PROTECTION, isProtected } from "./protection.ts";
import { patchInstance } from "../requests/instances.ts";

/** The instance key that holds what an instance gave up, as JSON. */
const GIVEN_UP = "user.lxops.nics";
const AUTOSTART = "boot.autostart";

/** Keys that are not taken from an instance but set to false, as its profiles may have them, by what they are. */
const SWITCHES: Readonly<Record<string, string>> = {
  [AUTOSTART]: "autostart",
  [DELETE_PROTECTION]: "protection from deletion",
};

/** Configuration and devices that only one of two swapped instances can have. */
interface ExclusiveSettings {
  /**
   * `volatile.*.hwaddr` keys, `boot.autostart` where the machine starts the instance, and its protection from deletion,
   * without which a successor that does not come to serve can be deleted.
   */
  readonly config: Readonly<Record<string, string>>;
  /** Network devices of the instance itself. */
  readonly devices: Devices;
}

/** Configuration and devices of an instance. */
export type Settings = Pick<InstanceInfo, "config" | "devices">;

/** Tells whether an instance has given its exclusive settings up. */
export function hasGivenUp(info: InstanceInfo): boolean {
  return (info.config[GIVEN_UP] ?? "") !== "";
}

function exclusiveSettings(info: InstanceInfo): ExclusiveSettings {
  const noted = hasGivenUp(info) ? parse(info.config[GIVEN_UP]!) : undefined;
  if (noted) return noted;
  const addresses = Object.entries(info.config).filter(([key, value]) =>
    /^volatile\.[^.]+\.hwaddr$/.test(key) && value !== ""
  );
  const started = isTrue(info.expandedConfig[AUTOSTART]);
  const kept = isProtected(info);
  const nics = Object.entries(info.devices).filter(([, device]) => device["type"] === "nic");
  return {
    config: {
      ...Object.fromEntries(addresses),
      ...(started ? { [AUTOSTART]: info.config[AUTOSTART] ?? "" } : {}),
      ...(kept ? { [DELETE_PROTECTION]: info.config[DELETE_PROTECTION] ?? "" } : {}),
    },
    devices: Object.fromEntries(nics),
  };
}

function isEmpty(exclusive: ExclusiveSettings): boolean {
  return Object.keys({ ...exclusive.config, ...exclusive.devices }).length === 0;
}

/** Returns the words that titles use for exclusive settings. */
function words(exclusive: ExclusiveSettings): string {
  const named = Object.entries(SWITCHES).flatMap(([key, word]) => key in exclusive.config ? [word] : []);
  const others = Object.keys(exclusive.config).length + Object.keys(exclusive.devices).length - named.length;
  return [...(others > 0 ? ["network addresses"] : []), ...named].join(" and ");
}

/** Returns the settings of an instance that has given its exclusive settings up. */
function givenUp(exclusive: ExclusiveSettings): Settings {
  const config = Object.keys(exclusive.config).map((key) => [key, key in SWITCHES ? "false" : ""]);
  return {
    config: { ...Object.fromEntries(config), [GIVEN_UP]: JSON.stringify(exclusive) },
    devices: Object.fromEntries(Object.keys(exclusive.devices).map((name) => [name, { type: "none" }])),
  };
}

function giveUp(ref: InstanceRef, exclusive: ExclusiveSettings): Request {
  return patchInstance(ref, givenUp(exclusive));
}

function giveBack(ref: InstanceRef, { config, devices }: ExclusiveSettings): Request {
  return patchInstance(ref, { config: { ...config, [GIVEN_UP]: "" }, devices });
}

/**
 * Tells whether a NIC of the instance itself has its MAC from the daemon. The daemons generate a new MAC for
 * a device that becomes a NIC, whatever the same request says and whatever was there before.
 */
function hasGeneratedAddress({ config, devices }: ExclusiveSettings): boolean {
  return Object.keys(devices).some((name) => `volatile.${name}.hwaddr` in config);
}

/** Returns the settings that an instance's successor has before it takes over. */
export function successorSettings(info: InstanceInfo): Settings {
  const exclusive = exclusiveSettings(info);
  const { [GIVEN_UP]: _noted, ...config } = info.config;
  if (isEmpty(exclusive)) return { config, devices: info.devices };
  const without = givenUp(exclusive);
  const merged = Object.entries({ ...config, ...without.config }).filter(([, value]) => value !== "");
  return { config: Object.fromEntries(merged), devices: { ...info.devices, ...without.devices } };
}

/**
 * Returns the steps in which an old instance gives its exclusive settings up; none where it has none or has
 * done so.
 *
 * @param info the old instance as it was found
 * @param ref the name that it has by then
 */
export function giveUpSteps(info: InstanceInfo, ref: InstanceRef): Step[] {
  const all = exclusiveSettings(info);
  // The old one is protected until it is deleted.
  const { [DELETE_PROTECTION]: _kept, ...left } = all.config;
  const exclusive = { ...all, config: left };
  if (isEmpty(exclusive)) return [];
  const { config, devices } = givenUp(exclusive);
  if (!hasGeneratedAddress(exclusive)) {
    return hasGivenUp(info) ? [] : [
      send(`Take ${words(exclusive)} from instance ${ref.name}`, giveUp(ref, exclusive), {
        undo: sendEffect(giveBack(ref, exclusive)),
      }),
    ];
  }
  // Taken back in the other order, so that the NIC is there before its MAC.
  const noted = send(`Take ${words(exclusive)} from instance ${ref.name}`, patchInstance(ref, { config }), {
    undo: sendEffect(patchInstance(ref, { config: { ...exclusive.config, [GIVEN_UP]: "" } })),
  });
  const detached = send(`Take NICs from instance ${ref.name}`, patchInstance(ref, { devices }), {
    undo: sendEffect(patchInstance(ref, { devices: exclusive.devices })),
  });
  const attached = Object.keys(exclusive.devices).some((name) => info.devices[name]?.["type"] === "nic");
  return [...(hasGivenUp(info) ? [] : [noted]), ...(attached ? [detached] : [])];
}

/** Returns the steps that restore what an instance gave up; none where it gave nothing up. */
export function giveBackSteps(info: InstanceInfo, ref: InstanceRef): Step[] {
  return hasGivenUp(info) ? restoreSteps(exclusiveSettings(info), ref) : [];
}

/** Returns the steps in which the successor of an instance gets its exclusive settings. */
export function takeOverSteps(info: InstanceInfo, ref: InstanceRef): Step[] {
  return restoreSteps(exclusiveSettings(info), ref);
}

function restoreSteps(exclusive: ExclusiveSettings, ref: InstanceRef): Step[] {
  if (isEmpty(exclusive)) return [];
  const undo = sendEffect(giveUp(ref, exclusive));
  const title = `Give ${words(exclusive)} to instance ${ref.name}`;
  if (!hasGeneratedAddress(exclusive)) {
    return [send(title, giveBack(ref, exclusive), { undo })];
  }
  const config = { ...exclusive.config, [GIVEN_UP]: "" };
  return [
    send(`Give NICs to instance ${ref.name}`, patchInstance(ref, { devices: exclusive.devices }), { undo }),
    send(title, patchInstance(ref, { config }), { undo }),
  ];
}

/** Settings that note the MACs of an instance's NICs, and settings that restore them. */
export interface NotedAddresses {
  readonly note: Readonly<Record<string, string>>;
  readonly back: Readonly<Record<string, string>>;
}

/**
 * Returns the MACs that an instance loses while it has no profile: the daemons generate new ones for its
 * NICs.
 */
export function addressesOf(info: InstanceInfo, profile: Devices): NotedAddresses | undefined {
  const keys = Object.keys(profile)
    .filter((name) => profile[name]!["type"] === "nic" && !info.devices[name])
    .map((name) => `volatile.${name}.hwaddr`);
  const config = Object.fromEntries(keys.flatMap((key) => info.config[key] ? [[key, info.config[key]]] : []));
  const exclusive = hasGivenUp(info) ? exclusiveSettings(info) : { config, devices: {} };
  // What an unfinished rebuild noted is for the rebuild.
  if (isEmpty(exclusive) || Object.keys(exclusive.devices).length > 0) return undefined;
  return { note: { [GIVEN_UP]: JSON.stringify(exclusive) }, back: { ...exclusive.config, [GIVEN_UP]: "" } };
}

function parse(text: string): ExclusiveSettings | undefined {
  try {
    const { config, devices } = JSON.parse(text);
    return { config, devices };
  } catch {
    return undefined;
  }
}
