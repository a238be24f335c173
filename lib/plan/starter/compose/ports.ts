/**
 * Published ports of a service of a compose file.
 *
 * @module
 */
import { parseIp } from "../../../base/ip.ts";
import { parseRange } from "../../../instance/settings/settings.ts";
import type { Path } from "../../../config/yaml/source.ts";
import { type Filled, isMap, type ServiceReader, type YamlMap } from "./reader.ts";

const SHORT = /^(?:(\[[0-9A-Fa-f:.]+\]|[0-9.]+):)?([\d-]+):([\d-]+)(?:\/(tcp|udp))?$/;
const LARGEST = 65535;

/** Reads the published ports of a service. */
export function readPorts(reader: ServiceReader): readonly string[] {
  return reader.list("ports").flatMap(([path, item]) => {
    const written = isMap(item) ? longForm(reader, path, item) : reader.fill(path, item);
    if (written === undefined) return [];
    const problem = problemOf(written.value);
    if (problem !== undefined) reader.say(path, `${problem}; it is not taken over`);
    return problem === undefined ? [written.written] : [];
  });
}

/** Returns the short form of a port that is a map. */
function longForm(reader: ServiceReader, path: Path, item: YamlMap): Omit<Filled, "isPlain"> | undefined {
  const part = (key: string) => {
    const value = item[key];
    return value === undefined || value === null ? undefined : reader.fill([...path, key], value);
  };
  const [target, published, host, protocol] = ["target", "published", "host_ip", "protocol"].map(part);
  if (!target) return undefined;
  if (!published) {
    return { written: target.written, value: target.value };
  }
  const text = (key: "written" | "value") => {
    const address = host?.[key] ?? "";
    const before = address === "" ? "" : address.includes(":") ? `[${address}]:` : `${address}:`;
    const after = protocol && protocol.value !== "tcp" ? `/${protocol[key]}` : "";
    return `${before}${published[key]}:${target[key]}${after}`;
  };
  return { written: text("written"), value: text("value") };
}

function problemOf(text: string): string | undefined {
  if (/^[\d-]+(?:\/\w+)?$/.test(text)) return "It says no port of the host; give it one under ports";
  const [, address, published = "", target = ""] = SHORT.exec(text) ?? [];
  const ranges = [published, target].map(parseRange);
  const [from, to] = ranges;
  if (!from || !to || ranges.some((one) => one!.first < 1 || one!.last > LARGEST)) {
    return "A port of the form [ADDRESS:]PORT:PORT[/udp] is expected here";
  }
  const size = (one: typeof from) => one.last - one.first;
  if (size(to) !== 0 && size(to) !== size(from)) return "The ranges are not of the same length";
  return address === undefined || parseIp(address.replace(/^\[|\]$/g, ""))
    ? undefined
    : "It has no IP address";
}
