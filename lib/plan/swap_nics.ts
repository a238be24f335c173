/**
 * Network devices of the two instances of a swap. LXD starts no instance whose MAC or IP address another one
 * has, running or not; so the old one gives its up, with a note of them from which it can get them back.
 *
 * @module
 */
import type { Devices, InstanceInfo, InstanceRef } from "../ports.ts";
import type { Step } from "../step.ts";
import { patchInstance } from "./requests.ts";

/** The instance key that holds what an instance gave up, as JSON. */
const GIVEN_UP = "user.lxops.nics";

interface Nics {
  /** `volatile.*.hwaddr` keys. */
  readonly config: Readonly<Record<string, string>>;
  /** Network devices of the instance itself. */
  readonly devices: Devices;
}

function nicsOf(info: InstanceInfo): Nics {
  const config = Object.entries(info.config).filter(([key, value]) =>
    /^volatile\.[^.]+\.hwaddr$/.test(key) && value !== ""
  );
  const devices = Object.entries(info.devices).filter(([, device]) => device["type"] === "nic");
  return { config: Object.fromEntries(config), devices: Object.fromEntries(devices) };
}

/** Whether an instance has given its addresses up. */
function hasGivenUp(info: InstanceInfo): boolean {
  return (info.config[GIVEN_UP] ?? "") !== "";
}

/**
 * The step in which an old instance gives its addresses up, or none where it has none or has done so.
 *
 * @param info the old instance as it was found
 * @param ref the name that it has by then
 */
export function giveUpStep(info: InstanceInfo, ref: InstanceRef): Step[] {
  const nics = nicsOf(info);
  if (hasGivenUp(info) || Object.keys({ ...nics.config, ...nics.devices }).length === 0) return [];
  return [{
    title: `Take the network addresses from instance ${ref.name}`,
    effect: {
      kind: "send",
      ...patchInstance(ref, {
        config: { ...mapValues(nics.config, () => ""), [GIVEN_UP]: JSON.stringify(nics) },
        devices: mapValues(nics.devices, () => ({ type: "none" })),
      }),
    },
    undo: { kind: "send", ...giveBack(ref, nics) },
  }];
}

/** The step in which an instance gets back what it gave up, or none where it did not. */
export function giveBackStep(info: InstanceInfo, ref: InstanceRef): Step[] {
  const nics = hasGivenUp(info) ? parse(info.config[GIVEN_UP]!) : undefined;
  if (!nics) return [];
  return [{
    title: `Give instance ${ref.name} its network addresses back`,
    effect: { kind: "send", ...giveBack(ref, nics) },
  }];
}

function giveBack(ref: InstanceRef, nics: Nics) {
  return patchInstance(ref, { config: { ...nics.config, [GIVEN_UP]: "" }, devices: nics.devices });
}

function parse(text: string): Nics | undefined {
  try {
    const { config, devices } = JSON.parse(text);
    return { config, devices };
  } catch {
    return undefined;
  }
}

function mapValues<A, B>(map: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
