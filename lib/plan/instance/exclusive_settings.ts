/**
 * Settings that only one of two swapped instances can have: network addresses, because the daemons start no
 * instance with the MAC or IP address of another one, running or not; and autostart, because both instances have
 * the same devices. The instance that does not serve has given these settings up, is guarded from being started, and
 * carries a note to restore them from.
 *
 * @module
 */
import type { Devices, InstanceInfo, InstanceRef, Request } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { DELETE_PROTECTION, isProtected } from "./protection.ts";
import { AUTOSTART, type ExclusiveSettings, GIVEN_UP, hasGivenUp, parseGivenUp, UUID } from "./given_up.ts";
import { type Guard, GUARDS, OF_MARK, type Role, ROLE_MARK, roleOf, RUNS, withoutUndo } from "./spare.ts";
import { patchInstance } from "../requests/instances.ts";

/** Keys of a NIC that no other instance may have the same of. */
const NIC_KEYS = ["hwaddr", "ipv4.address", "ipv6.address"] as const;

/** Keys that are not taken from an instance but set, as its profiles may have them. */
const SWITCHES: Readonly<Record<string, string>> = {
  [AUTOSTART]: "false",
  [DELETE_PROTECTION]: "false",
  ...GUARDS,
};

/** Words that titles use for keys. */
const WORDS: Readonly<Record<string, string>> = {
  [AUTOSTART]: "autostart",
  [DELETE_PROTECTION]: "protection from deletion",
};

/** The part that an instance gets in a rebuild. */
export interface Part {
  /** The name of the instance that is rebuilt. */
  readonly of: string;
  readonly role: Role;
}

/** Configuration and devices of an instance. */
export type Settings = Pick<InstanceInfo, "config" | "devices">;

/** Returns the keys of exclusive settings that are no addresses. */
function switchesOf({ config }: ExclusiveSettings): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !isMac(key)));
}

/** Tells whether a key holds the MAC address of a NIC. */
export function isMac(key: string): boolean {
  return /^volatile\.[^.]+\.hwaddr$/.test(key);
}

/** Lists the NICs among devices that have an address of their own. */
function addressed(devices: Devices): Devices {
  return Object.fromEntries(
    Object.entries(devices).filter(([, device]) =>
      device["type"] === "nic" && NIC_KEYS.some((key) => device[key])
    ),
  );
}

function exclusiveSettings(info: InstanceInfo, guard: Guard | undefined): ExclusiveSettings {
  const addresses = Object.entries(info.config).filter(([key, value]) => isMac(key) && value !== "");
  const switches = [
    AUTOSTART,
    ...(isProtected(info) ? [DELETE_PROTECTION] : []),
    ...(guard ? [guard.key] : []),
  ];
  return {
    config: {
      ...Object.fromEntries(addresses),
      ...Object.fromEntries(switches.map((key) => [key, info.config[key] ?? ""])),
    },
    devices: addressed(info.devices),
    ...(info.ephemeral ? { ephemeral: true as const } : {}),
  };
}

/** Returns the words that titles use for exclusive settings. */
function words({ config, devices }: ExclusiveSettings): string {
  const named = Object.entries(WORDS).flatMap(([key, word]) => key in config ? [word] : []);
  const hasAddress = Object.keys(devices).length > 0 ||
    Object.keys(config).some((key) => key.startsWith("volatile."));
  return [...(hasAddress ? ["network addresses"] : []), ...named].join(" and ");
}

/** Returns the settings of an instance that has given its exclusive settings up. */
function givenUp(exclusive: ExclusiveSettings): Settings {
  const config = Object.keys(exclusive.config).map((key) => [key, SWITCHES[key] ?? ""]);
  // A NIC that is away for a time comes back with another MAC, whatever the request says.
  const bare = Object.entries(exclusive.devices).map(([name, device]) => [
    name,
    Object.fromEntries(Object.entries(device).filter(([key]) => !NIC_KEYS.some((one) => one === key))),
  ]);
  return {
    config: { ...Object.fromEntries(config), [GIVEN_UP]: JSON.stringify(exclusive) },
    devices: Object.fromEntries(bare),
  };
}

/** Returns the settings that an instance's successor has before it takes over. */
export function successorSettings(info: InstanceInfo, guard: Guard | undefined): Settings {
  const without = givenUp(exclusiveSettings(info, guard));
  const merged = Object.entries({
    ...info.config,
    ...without.config,
    [ROLE_MARK]: "unfinished",
    [OF_MARK]: info.name,
  }).filter(([, value]) => value !== "");
  return { config: Object.fromEntries(merged), devices: { ...info.devices, ...without.devices } };
}

/**
 * Returns the requests by which an instance gives its exclusive settings up.
 *
 * @param info the instance as it was found
 * @param ref the name that it has by then
 */
export function giveUp(
  info: InstanceInfo,
  ref: InstanceRef,
  part: Part,
  guard: Guard | undefined,
): Request[] {
  return patches(ref, partSettings(info, part, guard));
}

/** Returns the settings that an old instance changes to where it becomes a part in a rebuild. */
export function partSettings(info: InstanceInfo, part: Part, guard: Guard | undefined): Settings {
  const all = exclusiveSettings(info, guard);
  // It is protected until it is deleted.
  const { [DELETE_PROTECTION]: _kept, ...left } = all.config;
  // A NIC of a profile gives way to one of the instance itself.
  const uuid = info.config[UUID];
  const { config, devices } = givenUp({
    ...all,
    config: left,
    devices: addressed(info.expandedDevices),
    ...(uuid ? { uuid } : {}),
  });
  return { config: { ...config, [ROLE_MARK]: part.role, [OF_MARK]: part.of }, devices };
}

/**
 * Returns the requests for changed settings. Both daemons let a changed NIC keep its MAC, so the MAC is sent
 * separately.
 */
export function patches(ref: InstanceRef, { config, devices }: Settings): Request[] {
  if (Object.keys(devices).length === 0) return [patchInstance(ref, { config })];
  const macs = Object.entries(config).filter(([key]) => isMac(key));
  const others = Object.entries(config).filter(([key]) => !isMac(key));
  return [
    patchInstance(ref, { config: Object.fromEntries(others), devices }),
    ...(macs.length > 0 ? [patchInstance(ref, { config: Object.fromEntries(macs) })] : []),
  ];
}

/**
 * Returns the requests that restore the settings which an instance gave up, and set marks; none where it gave nothing
 * up.
 */
export function giveBack(
  info: InstanceInfo,
  ref: InstanceRef,
  marks: Readonly<Record<string, string>>,
): Request[] {
  const exclusive = hasGivenUp(info) ? parseGivenUp(info.config[GIVEN_UP]!) : undefined;
  if (!exclusive) return [];
  const { devices } = exclusive;
  const away = Object.keys(devices).some((name) => info.devices[name]?.["type"] !== "nic");
  const back = restore(exclusive, ref, marks);
  // An earlier lxops took NICs away. The daemons make a new MAC for a device that becomes a NIC.
  return away ? [patchInstance(ref, { devices }), back] : [back];
}

/**
 * Returns the steps in which an instance gets the settings back which it, or the one that it replaces, gave up, before
 * it starts.
 */
export function giveBackSteps(info: InstanceInfo, ref: InstanceRef, role: "" | Role = ""): Step[] {
  const exclusive = hasGivenUp(info) ? parseGivenUp(info.config[GIVEN_UP]!) : undefined;
  const requests = giveBack(info, ref, { [ROLE_MARK]: role, ...RUNS });
  return requests.map((request, index) =>
    index < requests.length - 1
      ? send(`Add NICs to instance ${ref.name}`, request)
      : send(`Set ${words(exclusive!)} of instance ${ref.name}`, request)
  );
}

/**
 * Returns the step in which the successor of an instance gets its exclusive settings.
 *
 * @param spare a successor that served before: it gets back what it gave up then, unless another instance has it now
 */
export function takeOverStep(
  info: InstanceInfo,
  ref: InstanceRef,
  guard: Guard | undefined,
  spare?: InstanceInfo,
): Step {
  const own = exclusiveSettings(info, guard);
  const earlier = spare && hasGivenUp(spare) ? parseGivenUp(spare.config[GIVEN_UP]!) : undefined;
  const exclusive = earlier
    ? {
      ...own,
      config: { ...switchesOf(earlier), ...own.config },
      devices: { ...earlier.devices, ...presentNics(info, earlier.devices), ...own.devices },
    }
    : own;
  const marks = { [ROLE_MARK]: spare ? "back" : "new", ...RUNS };
  return send(`Set ${words(exclusive)} of instance ${ref.name}`, restore(exclusive, ref, marks));
}

/** Returns those NICs among earlier ones that the profiles of an instance give it now, whose addresses may be others. */
function presentNics({ devices, expandedDevices }: InstanceInfo, earlier: Devices): Devices {
  return Object.fromEntries(
    Object.entries(expandedDevices).filter(([name, device]) =>
      Object.hasOwn(earlier, name) && !Object.hasOwn(devices, name) && device["type"] === "nic"
    ),
  );
}

function restore(
  exclusive: ExclusiveSettings,
  ref: InstanceRef,
  marks: Readonly<Record<string, string>>,
): Request {
  const { config, devices, ephemeral } = exclusive;
  return patchInstance(ref, {
    config: { ...config, [GIVEN_UP]: "", [OF_MARK]: "", ...marks },
    ...(Object.keys(devices).length > 0 ? { devices } : {}),
    ...(ephemeral ? { ephemeral } : {}),
  });
}

/**
 * Returns an instance as it was before it gave its exclusive settings up.
 *
 * @param inherited the configuration that its profiles give it
 */
export function restored(info: InstanceInfo, inherited: Readonly<Record<string, string>>): InstanceInfo {
  const { [GIVEN_UP]: text = "", [ROLE_MARK]: _role, [OF_MARK]: _of, ...rest } = withoutUndo(info.config);
  const exclusive = text === "" ? undefined : parseGivenUp(text);
  if (!exclusive) return { ...info, config: { ...rest } };
  const set = Object.entries({ ...rest, ...exclusive.config }).filter(([, value]) => value !== "");
  const config: Readonly<Record<string, string>> = Object.fromEntries(set);
  const kept = Object.entries(info.expandedConfig).filter(([key]) => !(key in exclusive.config));
  const back = Object.keys(exclusive.config).flatMap((key) => {
    const value = config[key] ?? inherited[key];
    return value === undefined ? [] : [[key, value]];
  });
  return {
    ...info,
    config,
    expandedConfig: Object.fromEntries([...kept, ...back]),
    devices: { ...info.devices, ...exclusive.devices },
    expandedDevices: { ...info.expandedDevices, ...exclusive.devices },
    ephemeral: info.ephemeral || (exclusive.ephemeral ?? false),
  };
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
  const exclusive = hasGivenUp(info) ? parseGivenUp(info.config[GIVEN_UP]!) : { config, devices: {} };
  // Notes of an unfinished rebuild are for that rebuild.
  if (!exclusive || roleOf(info) !== undefined || Object.keys(exclusive.devices).length > 0) return undefined;
  if (Object.keys(exclusive.config).length === 0) return undefined;
  return { note: { [GIVEN_UP]: JSON.stringify(exclusive) }, back: { ...exclusive.config, [GIVEN_UP]: "" } };
}
