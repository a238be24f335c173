/**
 * The starter of an instance that exists: its image, profiles, keys and devices. Nothing of it that may be secret gets
 * into the configuration.
 *
 * @module
 */
import { osTypeOfName } from "../../cloudconfig/model/ostype.ts";
import { isSecretName } from "../../cloudconfig/model/mask.ts";
import type { ImageInfo, InstanceInfo, ProfileInfo } from "../../ports/mod.ts";
import { shownValue } from "../instance/hidden_values.ts";
import { IMAGE_MARK } from "../instance/ownership.ts";
import { DeviceReader } from "./devices.ts";
import { DEFAULT_IMAGE, withoutSystem } from "./from_image.ts";
import { settingName } from "./setting_name.ts";
import { isPattern, literal, type Remark, type Starter, type Value } from "./starter.ts";

/** An instance, and what the daemon has besides. */
export interface SourceInstance {
  readonly info: InstanceInfo;
  /** Its own profile, which lxops made for it. */
  readonly ownProfile?: ProfileInfo | undefined;
  readonly images: readonly ImageInfo[];
  /** Name of the instance where the configuration gives none. */
  readonly directoryName: string;
}

/** The keys of the daemon that are taken over unchanged. */
const TAKEN = /^(?:agent|boot|limits|linux|migration|nvidia|raw|security|snapshots)\./;

/** Keys that only fit the instance itself, or that say nothing. */
const OWN = /^(?:volatile\.|image\.|user\.lxops\.|security\.idmap\.base$)/;

/** Returns the starter of an instance. */
export function starterOfInstance(source: SourceInstance): Starter {
  const { info, ownProfile, directoryName } = source;
  const keys: Record<string, Value> = { directory: "no-devices" };
  const remarks: Remark[] = [];
  if (info.description !== "") keys["description"] = literal(info.description);
  if (info.name !== directoryName) keys["name"] = info.name;
  if (info.project !== "default") keys["project"] = info.project;
  const { image, known } = imageOf(source);
  keys["image"] = image;
  if (!known) {
    remarks.push({
      key: "image",
      message:
        "The daemon no longer has the image that the instance was made of: look at the name of this one",
    });
  }
  const os = osTypeOfName(info.expandedConfig["image.os"] ?? "");
  if (os) keys["ostype"] = os.name;
  if (info.type === "virtual-machine") keys["type"] = info.type;
  if (info.ephemeral) remarks.push({ key: "ephemeral", message: "The instance is deleted when it stops" });
  const profiles = info.profiles.filter((name) => name !== ownProfile?.name);
  if (profiles.join() !== "default") keys["profiles"] = profiles;
  const config = { ...ownProfile?.config, ...info.config };
  const env = readConfig(config, keys, remarks);
  const devices = new DeviceReader(info.type === "virtual-machine");
  devices.read({ ...ownProfile?.devices, ...info.devices });
  Object.assign(keys, devices.keys());
  if (devices.disk !== undefined) keys["limits"] = { ...keys["limits"] as object, disk: devices.disk };
  return withoutSystem({
    source: `It was written from the instance "${info.name}", which was not changed.`,
    keys,
    comments: {
      image: [
        "What the root filesystem of the instance has besides is not written down here, and a rebuild ends it.",
      ],
      directory: [
        "No conf/, bin/ and data/: they would hide what the instance has in /usr/local/conf, /usr/local/sbin and",
        "/usr/local/data. To have them, copy its files out first (lxops cp), then take this key away.",
      ],
    },
    env,
    unset: [],
    exists: true,
    remarks: [...remarks, ...devices.remarks],
    packages: [],
    bootstrap: ["What was changed in the instance by hand is not known here: write it down in this script."],
  });
}

/** Returns the image of an instance as a configuration names it, and whether it is sure. */
function imageOf({ info, images }: SourceInstance): { readonly image: string; readonly known: boolean } {
  const { expandedConfig: config } = info;
  const noted = info.config[IMAGE_MARK];
  if (noted !== undefined && noted !== "" && !isPattern(noted)) return { image: literal(noted), known: true };
  const fingerprint = config["volatile.base_image"] ?? "";
  const found = images.find((image) => fingerprint !== "" && image.fingerprint === fingerprint);
  const alias = found?.aliases.find((one) => !isPattern(one));
  if (found) return { image: literal(alias ?? found.fingerprint), known: true };
  const [os, release] = [config["image.os"]?.toLowerCase() ?? "", config["image.release"] ?? ""];
  const isName = /^[a-z0-9]+$/.test(os) && /^[\w.]+$/.test(release);
  return { image: isName ? `images:${os}/${release}` : DEFAULT_IMAGE, known: false };
}

/** Reads the keys of an instance; returns its environment. */
function readConfig(
  config: Readonly<Record<string, string>>,
  keys: Record<string, Value>,
  remarks: Remark[],
): ReadonlyMap<string, string> {
  const env = new Map<string, string>();
  const limits: Record<string, string> = {};
  const others: Record<string, string> = {};
  for (const [key, value] of Object.entries(config).sort(([a], [b]) => a < b ? -1 : 1)) {
    const limit = /^limits\.(cpu|memory|processes)$/.exec(key)?.[1];
    const variable = /^environment\.(.*)$/s.exec(key)?.[1];
    if (OWN.test(key) || value === "") continue;
    if (variable !== undefined) {
      const name = settingName(variable);
      if (name === undefined || value.includes("\0")) {
        remarks.push({ key, message: "It cannot be a setting of .env, and is not taken over" });
      } else {
        env.set(name, value);
        others[key] = `\${${name}}`;
      }
    } else if (limit !== undefined && !isPattern(value)) limits[limit] = literal(value);
    else if (key === "boot.autostart" && /^(?:true|false)$/.test(value)) {
      keys["autostart"] = value === "true";
    } else if (key === "raw.idmap" && !isPattern(value)) {
      keys["idmap"] = value.split("\n").map((line) => line.trim()).filter((line) => line !== "");
    } else if (TAKEN.test(key) && !value.includes("\0") && maySecret(key, value)) {
      const name = key.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
      env.set(name, value);
      others[key] = `\${${name}}`;
    } else if (TAKEN.test(key)) others[key] = literal(value);
    else remarks.push({ key, message: "It may have something secret, and is not taken over" });
  }
  if (env.size > 0) {
    remarks.push({
      key: "config",
      message: `The values of ${[...env.keys()].join(", ")} are in .env, as they may be secret`,
    });
  }
  if (Object.keys(limits).length > 0) keys["limits"] = limits;
  if (Object.keys(others).length > 0) keys["config"] = others;
  return env;
}

/** Tells whether the value of a key may be secret: free texts, and those that are not shown elsewhere. */
function maySecret(key: string, value: string): boolean {
  return key.startsWith("raw.") || isSecretName(key.replace(/^.*\./, "")) || shownValue(key, value) !== value;
}
