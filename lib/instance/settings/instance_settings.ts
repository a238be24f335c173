/**
 * Settings of an instance from the keys of its configuration, with their variables replaced and their values checked.
 *
 * @module
 */
import { parseIp } from "../../base/ip.ts";
import type { Config } from "../../config/config.ts";
import type { LimitName } from "../../config/schema/keys.ts";
import type { Findings } from "../patterns/substitution.ts";
import { instanceOtherDevices } from "./other_devices.ts";
import { valueProblem } from "./config_value.ts";
import { instanceIdmap, rawIdmap } from "./idmap.ts";
import { instancePorts, portDevice } from "./ports.ts";
import type { ConfigEntry, Settings, StaticAddresses } from "./settings.ts";

const BYTES = /^\d+(B|kB|MB|GB|TB|PB|EB|KiB|MiB|GiB|TiB|PiB|EiB)?$/;

/** Forms of limits, with the description of the expected value. */
const FORMS: Readonly<Record<LimitName, readonly [form: RegExp, expected: string]>> = {
  cpu: [/^[1-9]\d*$|^\d+(-\d+)?(,\d+(-\d+)?)+$|^\d+-\d+$/, "A number of CPUs, or CPUs such as 0-3 or 0,2"],
  memory: [
    new RegExp(`${BYTES.source}|^[1-9]\\d?%$|^100%$`),
    "A size such as 512MiB or 2GiB, or a percentage",
  ],
  disk: [BYTES, "A size such as 10GiB"],
  processes: [/^[1-9]\d*$/, "A number of processes"],
};

/** Returns the advice for a size that is written as for docker. */
function sizeHint(text: string): string {
  const match = /^(\d+)([kmgt])b?$/i.exec(text);
  return match ? `; did you mean "${match[1]}${match[2]!.toUpperCase()}iB"?` : "";
}

/** The smallest number without a unit that can be meant as bytes. */
const LEAST_BYTES = 1024 * 1024;

/** Returns the problem of a size without a unit with which no instance could start. */
function tooSmall(name: string, text: string): string | undefined {
  const [, digits = ""] = name === "memory" || name === "disk" ? /^0*([1-9]\d*)$/.exec(text) ?? [] : [];
  if (digits === "" || Number(digits) >= LEAST_BYTES) return undefined;
  return `"${text}" is ${digits} byte${digits === "1" ? "" : "s"}; did you mean "${digits}MiB"?`;
}

function limits(config: Config, found: Findings): Readonly<Partial<Record<LimitName, string>>> {
  return Object.fromEntries(
    Object.entries(config.limits).flatMap(([name, pattern]) => {
      const key = `limits.${name}`;
      const value = found.resolve(key, pattern);
      if (value === undefined) return [];
      const [form, expected] = FORMS[name as LimitName];
      if (!form.test(value)) {
        found.error(key, `${expected} is expected here, not "${value}"${sizeHint(value)}`);
        return [];
      }
      const small = tooSmall(name, value);
      if (small !== undefined) {
        found.error(key, small);
        return [];
      }
      return [[name, value]];
    }),
  );
}

function addresses(config: Config, found: Findings): Settings["addresses"] {
  const result: Record<string, StaticAddresses> = {};
  for (const [nic, patterns] of Object.entries(config.addresses)) {
    const key = `addresses.${nic}`;
    const own: { ipv4?: string; ipv6?: string } = {};
    for (const pattern of patterns) {
      const text = found.resolve(key, pattern);
      if (text === undefined) continue;
      const ip = parseIp(text);
      const version = ip?.version === 6 ? "ipv6" : "ipv4";
      if (!ip) {
        const hint = text.includes("/") ? "; the network's prefix is the daemon's" : "";
        found.error(key, `"${text}" is no IP address${hint}`);
      } else if (own[version] !== undefined) {
        found.error(
          key,
          `NIC "${nic}" gets two ${version === "ipv4" ? "IPv4" : "IPv6"} addresses; it can have one`,
        );
      } else own[version] = text;
    }
    const typed = config.otherDevices[nic];
    if (typed && typed.type !== "nic") found.error(key, `Device "${nic}" is a ${typed.type} and no NIC`);
    if (config.devices[nic]) found.error(key, `Device "${nic}" is a directory and no NIC`);
    if (Object.keys(own).length > 0) Object.defineProperty(result, nic, { value: own, enumerable: true });
  }
  return result;
}

/** Keys of the daemon that keys of configurations are for. */
const OWN_KEYS: Readonly<Record<string, string>> = {
  "limits.cpu": "limits.cpu",
  "limits.memory": "limits.memory",
  "limits.processes": "limits.processes",
  "boot.autostart": "autostart",
  "raw.idmap": "idmap",
};

function configProblem(name: string): string | undefined {
  if (/^volatile\.|^image\./.test(name)) return "is the daemon's own and cannot be set";
  if (name.startsWith("user.lxops.")) return "is lxops' own and cannot be set";
  return /^[a-z0-9][A-Za-z0-9_.+*-]*\.[^\s=]+$/.test(name)
    ? undefined
    : "is not the name of a key of an instance";
}

/** Returns the settings of an instance. */
export function instanceSettings(config: Config, found: Findings): Settings {
  const entries: Record<string, ConfigEntry> = Object.create(null);
  for (const [name, value] of Object.entries(config.config)) {
    const key = `config.${name}`;
    const wrong = valueProblem(name, value);
    if (wrong !== undefined) found.error(key, wrong);
    else if (found.accept(key, name, configProblem(name)) && value !== "") entries[name] = { value, key };
  }
  const { disk, ...others } = limits(config, found);
  const idmap = instanceIdmap(config, found);
  const given = {
    ...Object.fromEntries(Object.entries(others).map(([name, value]) => [`limits.${name}`, value])),
    ...(config.autostart === undefined ? {} : { "boot.autostart": String(config.autostart) }),
    ...(idmap.length === 0 ? {} : { "raw.idmap": rawIdmap(idmap) }),
  };
  for (const [name, value] of Object.entries(given)) {
    const key = OWN_KEYS[name] ?? name;
    if (entries[name]) {
      found.error(`config.${name}`, `"${name}" is given by "${key}", too; leave one of them out`);
    }
    entries[name] = { value, key };
  }
  const statics = addresses(config, found);
  const ports = instancePorts(config, found);
  const devices = instanceOtherDevices(config, found);
  const first = Object.values(statics)[0] ?? {};
  const proxies = ports.map((port) => {
    const connect = port.address.includes(":") ? first.ipv6 : first.ipv4;
    if (port.nat && connect === undefined) {
      found.error(port.key, '"nat" needs a static address of the instance: add it to "addresses"');
    }
    return portDevice(port, connect);
  });
  for (const { name, key } of proxies) {
    if (config.devices[name] || config.otherDevices[name]) {
      found.error(
        `devices.${name}`,
        `"${name}" is the name of the device of ${key}; give this one another name`,
      );
    }
  }
  checkLogs(config, found);
  return {
    config: { ...entries },
    devices: [...devices, ...proxies],
    ports,
    addresses: statics,
    ...(disk === undefined ? {} : { disk }),
    idmap,
    after: config.after,
    logs: config.logs,
  };
}

function checkLogs({ logs }: Config, found: Findings): void {
  logs.forEach((path, index) => {
    // deno-lint-ignore no-control-regex
    if (path.startsWith("/") && !/[\x00-\x1f\x7f]/.test(path)) return;
    found.error(`logs.${index}`, `"${path}" is no absolute path of a file in the instance`);
  });
}
