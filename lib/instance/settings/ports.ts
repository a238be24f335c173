/**
 * Published ports: the short form of compose files, and the long one.
 *
 * @module
 */
import { parseIp } from "../../base/ip.ts";
import type { Config } from "../../config/config.ts";
import type { Findings } from "../patterns/substitution.ts";
import { parseRange, type Port, type Range, rangeText, type SettingDevice, sizeOf } from "./settings.ts";

const ALL = "0.0.0.0";
const LARGEST = 65535;

interface Written {
  readonly address: string;
  readonly published: string;
  readonly target: string;
  readonly protocol: string;
  readonly nat: boolean;
}

/** Splits the short form: `[ADDRESS:]PORT:PORT[/PROTOCOL]`. */
function split(text: string): Written | string {
  const match = /^(?:(\[[^\]]*\]|[^:[\]]*):)?([^:[\]]+):([^:[\]/]+)(?:\/(.*))?$/.exec(text.trim());
  if (!match) {
    return /^[\d-]+(\/\w+)?$/.test(text.trim())
      ? `"${text}" does not say a port of the host; the form is "8080:80"`
      : `"${text}" is no port; the form is [ADDRESS:]PORT:PORT[/udp], for example "8080:80"`;
  }
  const [, address = "", published = "", target = "", protocol = "tcp"] = match;
  return { address: address.replace(/^\[|\]$/g, ""), published, target, protocol, nat: false };
}

function portRange(text: string): Range | undefined {
  const range = parseRange(text);
  return range && range.first >= 1 && range.last <= LARGEST ? range : undefined;
}

function parse(key: string, written: Written, found: Findings): Port | undefined {
  const { protocol, nat } = written;
  const address = written.address || ALL;
  const [published, target] = [portRange(written.published), portRange(written.target)];
  const wrong = (message: string) => {
    found.error(key, message);
    return undefined;
  };
  for (
    const [range, text, what] of [
      [published, written.published, "host"],
      [target, written.target, "instance"],
    ] as const
  ) {
    if (!range) {
      return wrong(
        text === ""
          ? `A port of the ${what} is missing`
          : `"${text}" is no port of the ${what}: a number from 1 to ${LARGEST}, or a range, is expected`,
      );
    }
  }
  if (!published || !target) return undefined;
  if (protocol !== "tcp" && protocol !== "udp") return wrong(`The protocol is tcp or udp, not "${protocol}"`);
  if (!parseIp(address)) return wrong(`"${address}" is no IP address`);
  if (sizeOf(target) !== 1 && sizeOf(target) !== sizeOf(published)) {
    return wrong(
      `${sizeOf(published)} ports of the host cannot be ${sizeOf(target)} ports of the instance`,
    );
  }
  if (nat && address === ALL) return wrong('"nat" needs an address of the host: add "host-ip"');
  const suffix = `${protocol === "udp" ? "-udp" : ""}${
    address === ALL ? "" : `-${address.replaceAll(":", "_")}`
  }`;
  return { name: `port-${rangeText(published)}${suffix}`, key, address, published, target, protocol, nat };
}

/** Tells whether two published ports need the same port of the host. */
export function overlap(
  one: Pick<Port, "address" | "published" | "protocol">,
  other: Pick<Port, "address" | "published" | "protocol">,
): boolean {
  return one.protocol === other.protocol && one.published.first <= other.published.last &&
    other.published.first <= one.published.last && meet(one.address, other.address);
}

/** Tells whether listening at two addresses excludes each other. */
function meet(one: string, other: string): boolean {
  const [a, b] = [parseIp(one), parseIp(other)];
  if (!a || !b) return one === other;
  // Linux lets a socket at all IPv6 addresses listen at the IPv4 ones, too.
  const isAll = ({ value }: { readonly value: bigint }) => value === 0n;
  if (isAll(a)) return a.version === 6 || b.version === 4 || isAll(b);
  if (isAll(b)) return b.version === 6 || a.version === 4;
  return a.version === b.version && a.value === b.value;
}

/** Returns the published ports of a configuration. */
export function instancePorts({ ports }: Config, found: Findings): readonly Port[] {
  const result: Port[] = [];
  ports.forEach((port, index) => {
    const key = `ports.${index}`;
    let written: Written | string;
    if (typeof port === "string") {
      const text = found.resolve(key, port);
      if (text === undefined) return;
      written = split(text);
    } else {
      const values = (["hostIp", "published", "target"] as const).map((name) =>
        found.resolve(key, port[name])
      );
      if (values.includes(undefined)) return;
      const [address = "", published = "", target = ""] = values;
      written = { address, published: published || target, target, protocol: port.protocol, nat: port.nat };
    }
    if (typeof written === "string") return found.error(key, written);
    const made = parse(key, written, found);
    if (!made) return;
    const other = result.find((one) => overlap(one, made));
    if (other) {
      found.error(key, `Port ${portText(made)} of the host is published twice, here and at ${other.key}`);
    } else result.push(made);
  });
  return result;
}

/** Returns a published port as messages have it. */
export function portText(
  { address, published, protocol }: Pick<Port, "address" | "published" | "protocol">,
): string {
  const host = address === ALL ? "" : `${endpoint(address)}:`;
  return `${host}${rangeText(published)}${protocol === "udp" ? "/udp" : ""}`;
}

function endpoint(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

/**
 * Returns the device of a published port.
 *
 * @param connect the address of the instance, where the daemon forwards packets
 */
export function portDevice(port: Port, connect: string | undefined): SettingDevice {
  const { name, key, address, published, target, protocol, nat } = port;
  const inside = nat ? connect ?? "0.0.0.0" : "127.0.0.1";
  return {
    name,
    key,
    device: {
      type: "proxy",
      listen: `${protocol}:${endpoint(address)}:${rangeText(published)}`,
      connect: `${protocol}:${endpoint(inside)}:${rangeText(target)}`,
      ...(nat ? { nat: "true" } : {}),
    },
  };
}

/** Reads the address of a proxy that listens on the host; `undefined` for other devices. */
export function listenerOf(
  device: Readonly<Record<string, string>>,
): Pick<Port, "address" | "protocol"> & { readonly ranges: readonly Range[] } | undefined {
  const isHost = !device["bind"] || device["bind"] === "host";
  const match = /^(tcp|udp):(.*):([\d,-]+)$/.exec(device["listen"] ?? "");
  if (device["type"] !== "proxy" || !isHost || !match) return undefined;
  const [, protocol, host = "", ports = ""] = match;
  return {
    protocol: protocol === "udp" ? "udp" : "tcp",
    address: host.replace(/^\[|\]$/g, "") || ALL,
    ranges: ports.split(",").flatMap((text) => parseRange(text) ?? []),
  };
}
