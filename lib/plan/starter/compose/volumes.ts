/**
 * Volumes and devices of a service of a compose file.
 *
 * @module
 */
import { resolve } from "@std/path";
import { isWithin } from "../../../base/within.ts";
import type { Path } from "../../../config/yaml/source.ts";
import { isPattern, literal, type Value } from "../starter.ts";
import { isMap, type ServiceReader } from "./reader.ts";

/** Returns the kind of file at a path of the host; `undefined` for nothing. */
export type KindOf = (path: string) => "file" | "directory" | "symlink" | "other" | undefined;

/** The rest of a compose file that volumes of a service need. */
export interface Surroundings {
  /** Directory of the compose file. */
  readonly directory: string;
  readonly kindOf: KindOf;
  /** Tells whether another service has a volume, too. */
  readonly isShared: (volume: string) => boolean;
  /** Adds a path of the host that `kindOf` will be asked about. */
  readonly wants?: (path: string) => void;
}

/** Devices of a directory, and the filesystem of those that are volumes. */
export interface ServiceDevices {
  readonly devices: Readonly<Record<string, Value>>;
  readonly hasVolumes: boolean;
}

interface Mounted {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly readonly: boolean;
}

/** The filesystem of the volumes of a directory. */
export const VOLUMES = { volumes: { pattern: "(dir)/volumes" } } as const;

/** Reads the volumes and the devices of a service. */
export function readVolumes(reader: ServiceReader, around: Surroundings): ServiceDevices {
  const devices: Record<string, Value> = {};
  const targets = new Set<string>();
  let hasVolumes = false;
  for (const [path, item] of reader.list("volumes")) {
    const mounted = read(reader, path, item);
    if (mounted === undefined) continue;
    const made = deviceOf(mounted, around);
    if (typeof made === "string") {
      reader.say(path, `${made}; it is not taken over`);
      continue;
    }
    if (targets.has(mounted.target)) {
      reader.say(path, "Another volume has the same path; it is not taken over");
      continue;
    }
    targets.add(mounted.target);
    const name = freeName(made.name, devices);
    hasVolumes ||= made.isVolume;
    devices[name] = made.isVolume
      ? { ...made.device, filesystem: "volumes", ...(made.dir === name ? {} : { dir: made.dir }) }
      : made.device;
  }
  for (const [path, item] of reader.list("devices")) addDevice(reader, path, item, devices);
  return { devices, hasVolumes };
}

/** Reads a volume: `[SOURCE:]TARGET[:MODE]`, or a map. */
function read(reader: ServiceReader, path: Path, item: unknown): Mounted | undefined {
  if (isMap(item)) {
    const part = (key: string) => {
      const value = item[key];
      return value === undefined || value === null ? "" : reader.fill([...path, key], value)?.value;
    };
    const [type = "", source, target] = ["type", "source", "target"].map(part);
    if (source === undefined || target === undefined) return undefined;
    return { type: type || "volume", source, target, readonly: item["read_only"] === "true" };
  }
  const text = reader.fill(path, item)?.value;
  if (text === undefined) return undefined;
  const [first = "", second, mode = ""] = text.split(":");
  const isBind = /^[./~]/.test(first) && second !== undefined;
  return {
    type: isBind ? "bind" : "volume",
    source: second === undefined ? "" : first,
    target: second ?? first,
    readonly: mode.split(",").includes("ro"),
  };
}

interface MadeDevice {
  readonly name: string;
  readonly device: Readonly<Record<string, Value>>;
  readonly isVolume: boolean;
  readonly dir: string;
}

/** Returns the device of a volume, or the reason why there is none. */
function deviceOf({ type, source, target, readonly }: Mounted, around: Surroundings): MadeDevice | string {
  if (!target.startsWith("/") || target.split("/").includes("..") || /^\/+$/.test(target)) {
    return "Its path in the container is none of a directory";
  }
  // deno-lint-ignore no-control-regex
  if (isPattern(target) || isPattern(source) || /[\x00-\x1f\x7f]/.test(target + source)) {
    return "A path has parentheses or control characters";
  }
  const device = { path: literal(target), ...(readonly ? { readonly: true } : {}) };
  const name = target.split("/").filter((part) => part !== "").join("-");
  if (type === "bind") {
    if (source.startsWith("~")) return "Paths of a home directory are not known here";
    const real = resolve(around.directory, source);
    if (
      /\/(?:docker|podman|containerd)\.sock$|^\/(?:var\/)?run\/(?:docker|podman|containerd)(?:\/|$)/.test(
        real,
      )
    ) return "An instance has no use for the socket of docker";
    if (isOfSystem(real, around.directory)) {
      return `${real} belongs to the host: who writes there, or reads its secrets, rules the host. Add a device with ` +
        `path: ${JSON.stringify(target)} and dir: ${JSON.stringify(real)} only if nothing else will do`;
    }
    around.wants?.(real);
    const kind = around.kindOf(real);
    if (kind === undefined) return `There is no directory ${real}: make it, and add a device`;
    if (kind !== "directory") return `${real} is no directory: put the file into conf/`;
    return { name, device: { ...device, dir: literal(real) }, isVolume: false, dir: "" };
  }
  if (type !== "volume") return `No key says a volume of type ${type}`;
  if (source !== "" && around.isShared(source)) {
    return `Several services have the volume "${source}": choose a directory of the host, and add a device to each`;
  }
  const dir = plainName(source === "" ? name : source);
  return { name: plainName(source === "" ? name : source), device, isVolume: true, dir };
}

/** Directories of the host's system, with all that is in them. */
const PARTS =
  /^\/(?:bin|boot|dev|etc|lib\d*|proc|root\/\.ssh|run|sbin|sys|var\/(?:run|snap|lib\/(?:containerd|containers|docker|incus|lxd)))(?:\/|$)/;

/** Directories that have others of the system in them. */
const WHOLE = /^\/(?:home|root|usr|usr\/(?:bin|lib\w*|local|sbin)|var|var\/lib)?$/;

/** Tells whether a directory is of the host's system; what is below the compose file is not. */
function isOfSystem(path: string, directory: string): boolean {
  const isBelow = directory !== "/" && path !== directory && isWithin(path, directory);
  return !isBelow && !TIME.test(path) && (PARTS.test(path) || WHOLE.test(path));
}

/** Files that services read the time zone from. */
const TIME = /^\/etc\/(?:localtime|timezone)$/;

/** Returns the names of the volumes of a service, apart from directories of the host. */
export function volumeNames(data: unknown): readonly string[] {
  const list = Array.isArray(data) ? data : [];
  return list.flatMap((item) => {
    if (isMap(item)) return typeof item["source"] === "string" ? [item["source"]] : [];
    const [first = "", second] = typeof item === "string" ? item.split(":") : [];
    return second === undefined || /^[./~]/.test(first) ? [] : [first];
  });
}

const LONGEST_NAME = 40;

function plainName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_-]+/g, "-").replace(/^[-_]+|[-_]+$/g, "").slice(0, LONGEST_NAME) ||
    "volume";
}

/** Names of devices that have a meaning. */
const TAKEN: ReadonlySet<string> = new Set(["root", "conf", "bin", "data"]);

function freeName(wanted: string, devices: Readonly<Record<string, Value>>): string {
  const base = plainName(wanted);
  for (let count = TAKEN.has(base) ? 2 : 1;; count++) {
    const name = count === 1 ? base : `${base}-${count}`;
    if (!Object.hasOwn(devices, name)) return name;
  }
}

/** Adds a device of the host: `SOURCE[:TARGET[:PERMISSIONS]]`. */
function addDevice(reader: ServiceReader, path: Path, item: unknown, devices: Record<string, Value>): void {
  const text = reader.fill(path, item)?.value;
  if (text === undefined) return;
  const [source = "", target = source] = text.split(":");
  const wrong = [source, target].some((one) =>
    !/^\/dev\/[\w./-]+$/.test(one) || one.split("/").includes("..")
  );
  if (wrong) return reader.say(path, "It is no device of /dev; it is not taken over");
  devices[freeName(source.slice("/dev/".length).replaceAll("/", "-"), devices)] = {
    type: "unix-char",
    source,
    path: target,
  };
}
