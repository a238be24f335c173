/**
 * Devices that are no directories.
 *
 * @module
 */
import type { Config } from "../../config/config.ts";
import type { DeviceKind, OtherDevice } from "../../config/schema/keys.ts";
import { deviceNameProblem, normalizePath } from "../patterns/names.ts";
import type { Findings } from "../patterns/substitution.ts";
import type { SettingDevice } from "./settings.ts";

type Keys = Readonly<Record<string, string>>;

/** Rules of kinds of devices: each returns the problem of keys, as a sentence. */
const PROBLEMS: Readonly<Partial<Record<DeviceKind, (keys: Keys) => string | undefined>>> = {
  nic: (keys) => {
    if (keys["network"] && keys["nictype"]) return 'A NIC has either "network" or "nictype"';
    return keys["network"] || keys["nictype"] ? undefined : 'A NIC needs "network" or "nictype"';
  },
  proxy: (keys) => {
    const missing = ["listen", "connect"].filter((key) => !keys[key]);
    if (missing.length > 0) return `A proxy needs "${missing.join('" and "')}"`;
    const wrong = ["listen", "connect"].find((key) =>
      !/^(tcp|udp):.+:[\d,-]+$|^unix:.+$/.test(keys[key] ?? "")
    );
    if (wrong) {
      return `"${
        keys[wrong]
      }" of "${wrong}" is not of the form tcp:ADDRESS:PORT, udp:ADDRESS:PORT or unix:PATH`;
    }
    const { bind = "host" } = keys;
    return bind === "host" || bind === "instance" ? undefined : `"bind" is host or instance, not "${bind}"`;
  },
  tmpfs: (keys) => pathProblem(keys["path"]),
  "unix-block": unixProblem,
  "unix-char": unixProblem,
};

function unixProblem(keys: Keys): string | undefined {
  if (keys["source"] || keys["path"]) {
    return ["source", "path"].map((key) => keys[key] === undefined ? undefined : pathProblem(keys[key]))
      .find((one) => one !== undefined);
  }
  return keys["major"] && keys["minor"] ? undefined : 'A device needs "source" or "path"';
}

function pathProblem(path = ""): string | undefined {
  if (path === "") return 'The device has no "path"';
  if (!path.startsWith("/")) return `"${path}" is no absolute path`;
  if (path.split("/").includes("..")) return 'The path must not contain ".."';
  return normalizePath(path) === "/" ? 'The path "/" is the root disk of the instance' : undefined;
}

/** Returns a device as the daemons have it. */
function deviceOf(type: DeviceKind, keys: Keys): Keys {
  return type === "tmpfs" ? { type: "disk", source: "tmpfs:", ...keys } : { type, ...keys };
}

/** Checks a device with its variables replaced. */
function check(name: string, { type }: OtherDevice, keys: Keys, found: Findings): void {
  const key = `devices.${name}`;
  found.accept(key, name, deviceNameProblem(name));
  if (name === "" || name === "root") {
    found.error(
      key,
      name === ""
        ? "The key of a device must not be empty"
        : 'A device named "root" would replace the root disk of the instance',
    );
  }
  const problem = PROBLEMS[type]?.(keys);
  if (problem !== undefined) found.error(key, `Device "${name}": ${problem}`);
  // deno-lint-ignore no-control-regex
  const bad = Object.entries(keys).find(([, value]) => /[\x00-\x1f\x7f]/.test(value));
  if (bad) found.error(`${key}.${bad[0]}`, `The value of "${bad[0]}" has control characters`);
}

/** Returns the devices of a configuration that are no directories. */
export function instanceOtherDevices(config: Config, found: Findings): readonly SettingDevice[] {
  const directories = new Map(
    Object.entries(config.devices).map(([name, { path }]) => [normalizePath(`/${path}`), name]),
  );
  return Object.entries(config.otherDevices).flatMap(([name, device]) => {
    const key = `devices.${name}`;
    const entries = Object.entries(device.keys).map(([inner, value]) =>
      [inner, found.resolve(`${key}.${inner}`, value)] as const
    );
    if (entries.some(([, value]) => value === undefined)) return [];
    const keys = Object.fromEntries(entries) as Keys;
    check(name, device, keys, found);
    const made = deviceOf(device.type, keys);
    const other = made["type"] === "disk" ? directories.get(normalizePath(made["path"] ?? "")) : undefined;
    if (other !== undefined) {
      found.error(`${key}.path`, `Devices "${other}" and "${name}" have the same path "${made["path"]}"`);
    }
    return [{ name, key, device: made }];
  });
}
