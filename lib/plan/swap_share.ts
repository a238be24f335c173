/**
 * What only one of the two instances of a swap may have: network addresses, for LXD starts no instance whose MAC
 * or IP address another one has, running or not; and a start with the machine, for both have the same devices.
 * The one that does not serve has given its share up, with a note from which it can be had back.
 *
 * @module
 */
import type { Devices, InstanceInfo, InstanceRef, Request } from "../ports.ts";
import type { Step } from "../step.ts";
import { isTrue } from "./idmap.ts";
import { patchInstance } from "./requests.ts";

/** The instance key that holds what an instance gave up, as JSON. */
const GIVEN_UP = "user.lxops.nics";
const AUTOSTART = "boot.autostart";

interface Share {
  /** `volatile.*.hwaddr` keys, and `boot.autostart` where the machine starts the instance. */
  readonly config: Readonly<Record<string, string>>;
  /** Network devices of the instance itself. */
  readonly devices: Devices;
}

/** Configuration and devices of an instance. */
export type Settings = Pick<InstanceInfo, "config" | "devices">;

/** Whether an instance has given its share up. */
export function hasGivenUp(info: InstanceInfo): boolean {
  return (info.config[GIVEN_UP] ?? "") !== "";
}

function shareOf(info: InstanceInfo): Share {
  const noted = hasGivenUp(info) ? parse(info.config[GIVEN_UP]!) : undefined;
  if (noted) return noted;
  const addresses = Object.entries(info.config).filter(([key, value]) =>
    /^volatile\.[^.]+\.hwaddr$/.test(key) && value !== ""
  );
  const started = isTrue(info.expandedConfig[AUTOSTART]);
  const nics = Object.entries(info.devices).filter(([, device]) => device["type"] === "nic");
  return {
    config: {
      ...Object.fromEntries(addresses),
      ...(started ? { [AUTOSTART]: info.config[AUTOSTART] ?? "" } : {}),
    },
    devices: Object.fromEntries(nics),
  };
}

function isEmpty(share: Share): boolean {
  return Object.keys({ ...share.config, ...share.devices }).length === 0;
}

/** What a share is, for titles. */
function words(share: Share): string {
  const autostart = AUTOSTART in share.config ? ["autostart"] : [];
  const others = Object.keys(share.config).length + Object.keys(share.devices).length - autostart.length;
  return [...(others > 0 ? ["network addresses"] : []), ...autostart].join(" and ");
}

/** The settings of an instance without a share. */
function givenUp(share: Share): Settings {
  const config = Object.keys(share.config).map((key) => [key, key === AUTOSTART ? "false" : ""]);
  return {
    config: { ...Object.fromEntries(config), [GIVEN_UP]: JSON.stringify(share) },
    devices: Object.fromEntries(Object.keys(share.devices).map((name) => [name, { type: "none" }])),
  };
}

function giveUp(ref: InstanceRef, share: Share): Request {
  return patchInstance(ref, givenUp(share));
}

function giveBack(ref: InstanceRef, { config, devices }: Share): Request {
  return patchInstance(ref, { config: { ...config, [GIVEN_UP]: "" }, devices });
}

/** An instance's settings as its successor has them before it takes over. */
export function successorSettings(info: InstanceInfo): Settings {
  const share = shareOf(info);
  const { [GIVEN_UP]: _noted, ...config } = info.config;
  if (isEmpty(share)) return { config, devices: info.devices };
  const without = givenUp(share);
  const merged = Object.entries({ ...config, ...without.config }).filter(([, value]) => value !== "");
  return { config: Object.fromEntries(merged), devices: { ...info.devices, ...without.devices } };
}

/**
 * The step in which an old instance gives its share up, or none where it has none or has done so.
 *
 * @param info the old instance as it was found
 * @param ref the name that it has by then
 */
export function giveUpStep(info: InstanceInfo, ref: InstanceRef): Step[] {
  const share = shareOf(info);
  if (hasGivenUp(info) || isEmpty(share)) return [];
  return [{
    title: `Take ${words(share)} from instance ${ref.name}`,
    effect: { kind: "send", ...giveUp(ref, share) },
    undo: { kind: "send", ...giveBack(ref, share) },
  }];
}

/** The step in which an instance gets back what it gave up, or none where it did not. */
export function giveBackStep(info: InstanceInfo, ref: InstanceRef): Step[] {
  return hasGivenUp(info) ? shareStep(shareOf(info), ref) : [];
}

/** The step in which the successor of an instance gets its share. */
export function takeOverStep(info: InstanceInfo, ref: InstanceRef): Step[] {
  return shareStep(shareOf(info), ref);
}

function shareStep(share: Share, ref: InstanceRef): Step[] {
  if (isEmpty(share)) return [];
  return [{
    title: `Give ${words(share)} to instance ${ref.name}`,
    effect: { kind: "send", ...giveBack(ref, share) },
    undo: { kind: "send", ...giveUp(ref, share) },
  }];
}

function parse(text: string): Share | undefined {
  try {
    const { config, devices } = JSON.parse(text);
    return { config, devices };
  } catch {
    return undefined;
  }
}
