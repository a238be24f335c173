/**
 * Devices of an instance as keys of a configuration.
 *
 * @module
 */
import { kindSchema } from "../../config/schema/device_schemas.ts";
import { DEVICE_KINDS } from "../../config/schema/keys.ts";
import { unwrap } from "../../config/schema/structure.ts";
import { listenerOf } from "../../instance/settings/ports.ts";
import { rangeText } from "../../instance/settings/settings.ts";
import type { Devices } from "../../ports/mod.ts";
import { isPattern, type Keys, literal, type Remark, type Value } from "./starter.ts";

type Device = Devices[string];

/** The keys of a disk that a directory of a configuration can have. */
const DISK_KEYS: ReadonlySet<string> = new Set(["type", "path", "source", "readonly", "shift", "pool"]);

const ROOT_KEYS: ReadonlySet<string> = new Set(["type", "path", "pool", "size"]);

/** The reason for leaving out a device whose form would mean something else in a configuration. */
export const UNSAID = "a configuration cannot say it in this form";

/** A reader of an instance's devices. */
export class DeviceReader {
  readonly remarks: Remark[] = [];
  readonly #devices: Record<string, Value> = {};
  readonly #filesystems: Record<string, Value> = {};
  readonly #addresses: Record<string, Value> = {};
  readonly #ports: string[] = [];
  readonly #isMachine: boolean;
  readonly #root: { readonly name: string; readonly device: Device } | undefined;
  #disk: string | undefined;
  #pool: string | undefined;

  /** @param root the root disk that the profiles give the instance */
  constructor(isMachine: boolean, root?: { readonly name: string; readonly device: Device }) {
    this.#isMachine = isMachine;
    this.#root = root;
  }

  /** Size of the root disk. */
  get disk(): string | undefined {
    return this.#disk;
  }

  /** Storage pool of the root disk, where the profiles do not give it. */
  get pool(): string | undefined {
    return this.#pool;
  }

  /** Reads devices, by their names; some of them a configuration cannot say. */
  read(devices: Devices, without: ReadonlySet<string> = new Set()): void {
    for (const [name, device] of Object.entries(devices).sort(([a], [b]) => a < b ? -1 : 1)) {
      const reason = Object.values(device).some(isPattern)
        ? "a value has parentheses, which stand for properties"
        : without.has(name)
        ? UNSAID
        : this.#add(name, device, without.has("ports"));
      if (reason === undefined) continue;
      this.remarks.push({ key: `devices.${name}`, message: `It is not taken over: ${reason}` });
    }
  }

  /** Returns the keys of the configuration. */
  keys(): Keys {
    const maps = { filesystems: this.#filesystems, devices: this.#devices, addresses: this.#addresses };
    return {
      ...(this.#ports.length > 0 ? { ports: this.#ports } : {}),
      ...Object.fromEntries(Object.entries(maps).filter(([, map]) => Object.keys(map).length > 0)),
    };
  }

  /** Adds a device; returns the reason why it is left out. */
  #add(name: string, device: Device, isBare: boolean): string | undefined {
    const type = device["type"] ?? "";
    if (type === "none") return "it takes a device of a profile away";
    if (type === "disk") return this.#addDisk(name, device);
    // Under another name it would be there twice, once in the profile that lxops makes.
    if (type === "proxy" && !isBare && /^port-\d/.test(name) && this.#addPort(device)) return undefined;
    if (type === "nic") this.#addAddresses(name, device);
    const kind = DEVICE_KINDS.find((one) => one === type && one !== "tmpfs");
    if (kind === undefined) return `there is no kind "${type}" in a configuration`;
    const known = Object.keys(unwrap(kindSchema(kind)).shape ?? {});
    const keys = Object.entries(device).filter(([key, value]) =>
      type !== "nic" || !/^ipv[46]\.address$/.test(key) || value === "none"
    );
    const other = keys.find(([key]) => !known.includes(key))?.[0];
    if (other !== undefined) return `a device of type ${kind} has no key "${other}" in a configuration`;
    if (kind === "nic" && device["hwaddr"]) {
      this.remarks.push({
        key: `devices.${name}.hwaddr`,
        message: "It is the MAC address of this instance: take it away before you launch another one",
      });
    }
    this.#devices[name] = literals(Object.fromEntries(keys));
    return undefined;
  }

  #addDisk(name: string, device: Device): string | undefined {
    const { path = "", source = "", pool = "", readonly = "", shift = "", size = "" } = device;
    if (path === "/") {
      const other = Object.keys(device).find((key) => !ROOT_KEYS.has(key));
      if (other !== undefined) return `the size of a root disk can be said, and not its "${other}"`;
      const root = this.#root ?? { name: "root", device: { pool: "" } };
      if (name !== root.name) return `the root disk of the profiles has the name "${root.name}"`;
      if (size !== "") this.#disk = literal(size);
      if (pool !== root.device["pool"] && pool !== "") this.#pool = pool;
      return undefined;
    }
    const other = Object.keys(device).find((key) => !DISK_KEYS.has(key));
    if (other !== undefined) return `a directory has no key "${other}" in a configuration`;
    if (!path.startsWith("/")) return "it has no path in the instance";
    const isTrue = (text: string) => /^(?:true|1|yes|on)$/i.test(text);
    const more = {
      ...(isTrue(readonly) ? { readonly: true } : {}),
      ...(isTrue(shift) ? { shift: true } : {}),
    };
    if (pool !== "") {
      if (this.#isMachine) return "volumes of virtual machines are not known here";
      this.#filesystems[name] = { pattern: literal(`volume:${pool}/${source}`) };
      this.#devices[name] = { path: literal(path), filesystem: name, ...more };
      return undefined;
    }
    if (!source.startsWith("/")) return `its source "${source}" is no directory of the host`;
    this.#devices[name] = { path: literal(path), dir: literal(source), ...more };
    return undefined;
  }

  /** Adds a proxy as a published port; returns whether it is one. */
  #addPort(device: Device): boolean {
    const listener = listenerOf(device);
    const inside = /^(tcp|udp):127\.0\.0\.1:(\d+(?:-\d+)?)$/.exec(device["connect"] ?? "");
    const plain = Object.keys(device).every((key) => ["type", "listen", "connect", "bind"].includes(key));
    const [range] = listener?.ranges ?? [];
    if (!listener || !range || listener.ranges.length !== 1 || !inside || !plain) return false;
    if (inside[1] !== listener.protocol) return false;
    const host = listener.address.includes(":") ? `[${listener.address}]:` : `${listener.address}:`;
    this.#ports.push(
      `${host === "0.0.0.0:" ? "" : host}${rangeText(range)}:${inside[2]}${
        listener.protocol === "udp" ? "/udp" : ""
      }`,
    );
    return true;
  }

  #addAddresses(name: string, device: Device): void {
    const found = [device["ipv4.address"], device["ipv6.address"]]
      .filter((one) => one !== undefined && one !== "" && one !== "none")
      .map((one) => literal(one!));
    if (found.length > 0) this.#addresses[name] = found;
  }
}

function literals(keys: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, literal(value)]));
}
