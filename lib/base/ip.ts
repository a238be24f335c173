/**
 * IP addresses and networks as numbers.
 *
 * @module
 */

/** An IP address. */
export interface Ip {
  readonly version: 4 | 6;
  readonly value: bigint;
}

const BITS = { 4: 32n, 6: 128n } as const;

function parse4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.reduce((value, part) => value << 8n | BigInt(part), 0n);
}

function parse6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const groupsOf = (half: string) => half === "" ? [] : half.split(":");
  const [head, tail] = [groupsOf(halves[0] ?? ""), halves.length === 2 ? groupsOf(halves[1] ?? "") : []];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => "0"), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((value, group) => value << 16n | BigInt(`0x${group}`), 0n);
}

/** Reads an address; returns `undefined` for other texts. */
export function parseIp(text: string): Ip | undefined {
  const value = text.includes(":") ? parse6(text) : parse4(text);
  return value === undefined ? undefined : { version: text.includes(":") ? 6 : 4, value };
}

/** Tells whether two texts are the same address. */
export function isSameIp(one: string, other: string): boolean {
  const [a, b] = [parseIp(one), parseIp(other)];
  return a !== undefined && a.version === b?.version && a.value === b.value;
}

/** Tells whether an address is in a network such as `10.0.0.1/24`. */
export function isInNetwork(ip: Ip, network: string): boolean {
  const [text = "", length = ""] = network.split("/");
  const base = parseIp(text);
  if (base?.version !== ip.version || !/^\d{1,3}$/.test(length)) return false;
  const rest = BITS[ip.version] - BigInt(length);
  return rest >= 0n && ip.value >> rest === base.value >> rest;
}

/** Tells whether an address is in one of some ranges such as `10.0.0.2-10.0.0.9,10.0.0.20-10.0.0.29`. */
export function isInRanges(ip: Ip, ranges: string): boolean {
  return ranges.split(",").some((range) => {
    const [first, last] = range.trim().split("-").map((text) => parseIp(text.trim()));
    return first?.version === ip.version && last?.version === ip.version && first.value <= ip.value &&
      ip.value <= last.value;
  });
}
