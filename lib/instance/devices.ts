/**
 * Filesystems and devices of an instance: their patterns substituted, their paths checked.
 *
 * @module
 */
import { compareTexts } from "../base/order.ts";
import type { Config } from "../config/config.ts";
import type { InstanceDevice, InstanceFilesystem } from "./instance.ts";
import { isOnHost, isPlainDirectory, parsePattern } from "./kinds.ts";
import { deviceNameProblem, hostPathProblem, normalizePath } from "./patterns/names.ts";
import type { Findings } from "./patterns/substitution.ts";
import { isVolume } from "./volumes.ts";

function checkZfsProperties(
  key: string,
  properties: Readonly<Record<string, string>>,
  found: Findings,
): void {
  for (const [name, value] of Object.entries(properties)) {
    const place = `${key}.zfsproperties.${name}`;
    if (!/^[A-Za-z0-9][A-Za-z0-9_.:@-]*$/.test(name)) {
      found.error(place, `"${name}" is not the name of a ZFS property`);
    } // deno-lint-ignore no-control-regex
    else if (/[\x00-\x1f\x7f]/.test(value)) {
      found.error(place, `The value of "${name}" has control characters`);
    }
  }
}

/** Returns the filesystems sorted by path, so that a parent comes before its contents. */
export function instanceFilesystems(config: Config, found: Findings): InstanceFilesystem[] {
  const result: InstanceFilesystem[] = [];
  const paths = new Map<string, string>();
  for (const [id, filesystem] of Object.entries(config.filesystems)) {
    const entry = `filesystems.${id}`;
    const key = `${entry}.pattern`;
    checkZfsProperties(entry, filesystem.zfsproperties, found);
    const value = found.resolve(key, filesystem.pattern);
    if (value === undefined || filesystem.pattern === "") continue; // Loading has complained of a missing one.
    const place = parsePattern({ entry, value, filesystem }, found);
    if (!place) continue;
    const { path } = place;
    const other = paths.get(path);
    if (other !== undefined) found.warn(key, `Filesystems "${other}" and "${id}" are both "${path}"`);
    paths.set(path, id);
    const { zfsproperties, destroy, transient } = filesystem;
    result.push({ id, ...place, zfsproperties, destroy, transient });
  }
  return result.sort((a, b) => compareTexts(a.path, b.path));
}

/** Returns the part of a path below a directory, or `undefined` where it is not in there. */
function below(directory: string, path: string): string | undefined {
  if (path === directory) return "";
  return path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : undefined;
}

/** Returns the devices sorted by directory; `filesystems` are those without problems. */
export function instanceDevices(
  config: Config,
  filesystems: readonly InstanceFilesystem[],
  found: Findings,
): InstanceDevice[] {
  const result: InstanceDevice[] = [];
  const byId = new Map(filesystems.map((filesystem) => [filesystem.id, filesystem]));
  const places = new Map<string, string>();
  const place = (device: InstanceDevice) => {
    if (device.filesystem === undefined) return device.dir;
    const filesystem = byId.get(device.filesystem);
    // Of a filesystem with a problem nothing is known but its key, which no path contains like that.
    return `${filesystem?.path ?? `(${device.filesystem})`}/${device.dir}`;
  };
  for (const [name, device] of Object.entries(config.devices)) {
    const key = `devices.${name}`;
    found.accept(key, name, deviceNameProblem(name));
    const value = found.resolve(`${key}.dir`, device.dir ?? "");
    if (value === undefined) continue;
    const home = device.filesystem === undefined ? undefined : byId.get(device.filesystem);
    const common = {
      name,
      path: normalizePath(`/${device.path}`),
      readonly: device.readonly,
      shift: device.shift === true,
      extract: device.extract ?? (config.extract && home?.transient === false && isOnHost(home)),
    };
    let made: InstanceDevice;
    if (value.startsWith("/")) {
      if (!found.accept(`${key}.dir`, value, hostPathProblem(value))) continue;
      const dir = normalizePath(value);
      const inside = home && isPlainDirectory(home) ? below(home.path, dir) : undefined;
      made = home && inside !== undefined
        ? { ...common, filesystem: home.id, dir: inside }
        : { ...common, dir };
      if (device.filesystem !== undefined && made.filesystem === undefined) {
        found.warn(`${key}.dir`, `"${dir}" is used as it is, outside of filesystem "${device.filesystem}"`);
      }
    } else if (device.filesystem === undefined) {
      const what = value === "" ? 'it needs a "filesystem", or' : `"${value}" needs a "filesystem", or to be`;
      found.error(
        device.dir === undefined ? key : `${key}.dir`,
        `Device "${name}": ${what} an absolute path as "dir"`,
      );
      continue;
    } else {
      const dir = value !== "" ? value : home && !isOnHost(home) ? "." : name;
      if (!found.accept(`${key}.dir`, dir, hostPathProblem(`/${dir}`))) continue;
      made = { ...common, filesystem: device.filesystem, dir: normalizePath(dir) };
    }
    if (device.extract && made.filesystem === undefined) {
      found.warn(
        `${key}.extract`,
        `"${made.dir}" is never made, so nothing is taken out of the image for it`,
      );
    }
    const other = places.get(place(made));
    const isInVolume = made.filesystem !== undefined && home !== undefined && !isOnHost(home);
    if (isInVolume) {
      if (device.extract) {
        found.error(`${key}.extract`, `Device "${name}" is a volume, which cannot be filled from the image`);
      }
      if (device.shift) {
        found.error(`${key}.shift`, `Device "${name}" is a volume, whose ids the daemon shifts by itself`);
      }
    }
    if (other !== undefined && isInVolume) {
      found.error(
        key,
        `Devices "${other}" and "${name}" are the same directory of a volume; give each its own volume`,
      );
    } else if (other !== undefined) {
      found.warn(key, `Devices "${other}" and "${name}" have the same directory`);
    }
    places.set(place(made), name);
    result.push(made);
  }
  const sorted = result.sort((a, b) => compareTexts(place(a), place(b)));
  warnOfNested(sorted, place, found);
  return sorted;
}

/**
 * Warns of directories within others: a container that can write the outer one can replace the inner one by a
 * symbolic link.
 */
function warnOfNested(
  devices: readonly InstanceDevice[],
  place: (device: InstanceDevice) => string,
  found: Findings,
): void {
  for (const inner of devices) {
    const path = place(inner);
    if (isVolume(path)) continue; // The daemon looks for it there, and lets no link lead it out.
    const outer = devices.find((one) =>
      !one.readonly && path.startsWith(`${place(one).replace(/\/$/, "")}/`)
    );
    if (!outer || outer === inner || place(outer) === path) continue;
    found.warn(
      `devices.${inner.name}`,
      `Device "${inner.name}" lies in device "${outer.name}": the container can put a link to another directory of ` +
        `the host in its place`,
    );
  }
}
