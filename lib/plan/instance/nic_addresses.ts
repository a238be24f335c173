/**
 * Selection of an instance's own addresses. Bridges that a program in it creates (docker0) have addresses,
 * too, which cannot be reached from outside: an address counts where its interface is that of a NIC device.
 *
 * The MAC tells that, also for VLANs, bonds and bridges on top, which take over the MAC of the NIC below. A
 * NIC whose MAC the daemon does not choose is known by its name. A bridge in the instance with a MAC of its
 * own, to which the instance has attached its NIC, is known by its address, which belongs to one of the
 * daemon's networks.
 *
 * @module
 */
import type { Address, InstanceInfo } from "../../ports/mod.ts";

/** The NIC devices of an instance, as far as they tell its interfaces. */
export interface Nics {
  readonly macs: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  /** Networks of the daemon, and bridges that may be some. */
  readonly networks: readonly string[];
}

/** Returns the NICs of an instance, or none where it has no NIC devices. */
export function nicsOf(info: Pick<InstanceInfo, "config" | "expandedDevices">): Nics | undefined {
  const nics = Object.entries(info.expandedDevices).filter(([, device]) => device["type"] === "nic");
  if (nics.length === 0) return undefined;
  const volatile = (name: string, key: string) => info.config[`volatile.${name}.${key}`];
  const texts = (found: readonly (string | undefined)[]) => found.filter((text) => text !== undefined);
  return {
    macs: new Set(
      texts(nics.map(([name, device]) => device["hwaddr"] ?? volatile(name, "hwaddr")))
        .map((mac) => mac.toLowerCase()),
    ),
    names: new Set(texts(nics.map(([name, device]) => device["name"] ?? volatile(name, "name") ?? name))),
    networks: [...new Set(texts(nics.map(([, device]) => device["network"] ?? device["parent"])))],
  };
}

/**
 * Tells whether an address is on an interface of a NIC device, as far as that is known without the devices.
 */
export function isOnNic(address: Address): boolean {
  // The daemon finds the other end of an interface by the MAC of a NIC device.
  return address.hostInterface !== undefined;
}

/**
 * Returns the addresses that are an instance's own.
 *
 * @param nics its NICs; absent where it has no device for any, so that nothing tells addresses apart
 * @param subnets those of the daemon's networks that its NICs are on, as `10.0.0.1/24`
 */
export function ownAddresses(
  addresses: readonly Address[],
  nics: Nics | undefined,
  subnets: readonly string[] = [],
): readonly Address[] {
  if (!nics) return addresses;
  const known = (address: Address) =>
    isOnNic(address) || nics.names.has(address.interface) ||
    address.hwaddr !== undefined && nics.macs.has(address.hwaddr.toLowerCase());
  const within = (address: Address) => subnets.some((subnet) => isWithin(address.address, subnet));
  return addresses.filter((address) => known(address) || within(address));
}

/** Subnets of a network as the daemon describes it. */
export function subnetsOf(network: unknown): readonly string[] {
  const config = typeof network === "object" && network !== null && "config" in network ? network.config : {};
  if (typeof config !== "object" || config === null) return [];
  return Object.entries(config).flatMap(([key, value]) =>
    /^ipv[46]\.address$/.test(key) && typeof value === "string" && value.includes("/") ? [value] : []
  );
}

function isWithin(address: string, subnet: string): boolean {
  const [base = "", bits = ""] = subnet.split("/");
  const [one, other] = [bitsOf(address), bitsOf(base)];
  const length = Number(bits);
  return one.length > 0 && one.length === other.length && /^\d+$/.test(bits) && length <= one.length &&
    one.slice(0, length) === other.slice(0, length);
}

/** Returns the bits of an address as text; empty where it is no address. */
function bitsOf(address: string): string {
  const binary = (values: readonly number[], width: number) =>
    values.map((value) => value.toString(2).padStart(width, "0")).join("");
  if (/^\d+(\.\d+){3}$/.test(address)) return binary(address.split(".").map(Number), 8);
  if (!address.includes(":")) return "";
  const [head = "", tail] = address.split("::");
  const groups = (text: string | undefined) => (text ?? "").split(":").filter(Boolean);
  const [before, after] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  return binary(
    [...before, ...(tail === undefined ? [] : zeros), ...after].map((text) => parseInt(text, 16)),
    16,
  );
}
