/**
 * Limits of a service of a compose file.
 *
 * @module
 */
import type { Path } from "../../../config/yaml/source.ts";
import type { Value } from "../starter.ts";
import { type Filled, isMap, type ServiceReader } from "./reader.ts";

/** Limits, and keys of the daemon for those that `limits` has no word for. */
export interface ServiceLimits {
  readonly limits: Readonly<Record<string, Value>>;
  readonly config: Readonly<Record<string, Value>>;
}

const SIZE = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)b?$/i;
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Reads the limits of a service: `mem_limit`, `cpus` and `pids_limit`, or those of `deploy`. */
export function readLimits(reader: ServiceReader): ServiceLimits {
  const limits: Record<string, Value> = {};
  const config: Record<string, Value> = {};
  const set = (path: Path, text: Filled, key: "memory" | "cpu" | "processes") => {
    const made = MAKE[key](text.value);
    if (made === undefined) reader.say(path, "It is no limit that is known here; it is not taken over");
    else if (typeof made === "string") limits[key] = text.isPlain || key === "memory" ? made : text.written;
    else config[made.key] = made.value;
  };
  const resources = deployLimits(reader);
  const keys = [["mem_limit", "memory"], ["cpus", "cpu"], ["pids_limit", "processes"]] as const;
  for (const [name, key] of keys) {
    const own = reader.text(name);
    const other = resources[key];
    if (own) set([name], own, key);
    else if (other) set(other.path, other.text, key);
  }
  return { limits, config };
}

interface Found {
  readonly path: Path;
  readonly text: Filled;
}

/** Reads `deploy.resources.limits`. */
function deployLimits(
  reader: ServiceReader,
): Readonly<Partial<Record<"memory" | "cpu" | "processes", Found>>> {
  const deploy = reader.take("deploy");
  if (deploy === undefined) return {};
  if (!isMap(deploy)) {
    reader.say(["deploy"], "A map is expected here");
    return {};
  }
  const others = Object.keys(deploy).filter((key) => key !== "resources");
  for (const key of others) reader.say(["deploy", key], "No key says it");
  const resources = deploy["resources"];
  const limits = isMap(resources) ? resources["limits"] : undefined;
  if (isMap(resources) && resources["reservations"] !== undefined) {
    reader.say(["deploy", "resources", "reservations"], "No key says it");
  }
  if (!isMap(limits)) return {};
  const found: Partial<Record<"memory" | "cpu" | "processes", Found>> = {};
  for (const [name, key] of [["memory", "memory"], ["cpus", "cpu"], ["pids", "processes"]] as const) {
    const value = limits[name];
    const path = ["deploy", "resources", "limits", name];
    const text = value === undefined || value === null ? undefined : reader.fill(path, value);
    if (text) found[key] = { path, text };
  }
  return found;
}

/** Writes a size in the largest unit that it is a whole number of. */
function wholeSize(bytes: number): string {
  let power = 0;
  while (power < UNITS.length - 1 && bytes % 1024 ** (power + 1) === 0) power++;
  return `${bytes / 1024 ** power}${UNITS[power]}`;
}

type Made = string | { readonly key: string; readonly value: string } | undefined;

const MAKE: Readonly<Record<"memory" | "cpu" | "processes", (text: string) => Made>> = {
  memory: (text) => {
    const [, number, unit = ""] = SIZE.exec(text.trim()) ?? [];
    const power = ["", "k", "m", "g", "t"].indexOf(unit.toLowerCase().replace("b", ""));
    const bytes = number === undefined ? 0 : Math.round(Number(number) * 1024 ** power);
    return Number.isSafeInteger(bytes) && bytes > 0 ? wholeSize(bytes) : undefined;
  },
  cpu: (text) => {
    const count = Number(text);
    if (!/^\d{1,4}(?:\.\d{1,3})?$/.test(text) || count <= 0) return undefined;
    if (Number.isInteger(count)) return `${count}`;
    // Of a period of 100 ms, on any of the CPUs.
    return { key: "limits.cpu.allowance", value: `${Math.round(count * 100)}ms/100ms` };
  },
  processes: (text) => /^[1-9]\d{0,8}$/.test(text) ? text : undefined,
};
