/**
 * The starter of an instance that exists: its image, profiles, keys and devices. Nothing of it that may be secret gets
 * into the configuration.
 *
 * @module
 */
import { osTypeOfName } from "../../cloudconfig/model/ostype.ts";
import type { ImageInfo, ImageRemote, InstanceInfo, ProfileInfo } from "../../ports/mod.ts";
import { IMAGE_MARK } from "../instance/ownership.ts";
import { isRootDisk } from "../instance/resolve/own_profile.ts";
import { DeviceReader } from "./devices.ts";
import { DEFAULT_IMAGE, withoutSystem } from "./from_image.ts";
import { readKeys } from "./keys.ts";
import { isPattern, literal, type Remark, type Starter, type Value } from "./starter.ts";

/** An instance, and the daemon's facts about it. */
export interface SourceInstance {
  readonly info: InstanceInfo;
  /** Its own profile, which lxops made for it. */
  readonly ownProfile?: ProfileInfo | undefined;
  /** The other profiles of its project. */
  readonly profiles?: readonly ProfileInfo[];
  readonly images: readonly ImageInfo[];
  /** Servers of images, by the names of their remotes. */
  readonly remotes?: ReadonlyMap<string, ImageRemote>;
  /** Name of the instance where the configuration gives none. */
  readonly directoryName: string;
  /** Changes made in it by hand; absent without a look into it. */
  readonly made?: MadeInside;
  /** Keys of the instance and names of its devices that are left out, as a configuration cannot say them so. */
  readonly without?: ReadonlySet<string>;
}

/** Changes made in an instance by hand, as files of cloud-config. */
export interface MadeInside {
  readonly cloudConfig: string;
  /** The groups, which another file makes before. */
  readonly groups?: string;
  /** The name of its distribution; absent where it tells none. */
  readonly ostype?: string;
  /** A remark about the distribution. */
  readonly remark?: string;
}

/** Returns the starter of an instance. */
export function starterOfInstance(source: SourceInstance): Starter {
  const { info, ownProfile, directoryName, made, without = new Set<string>() } = source;
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
  const ostype = os?.name ?? made?.ostype;
  if (ostype !== undefined) keys["ostype"] = ostype;
  if (!os && made?.remark !== undefined) remarks.push({ key: "ostype", message: made.remark });
  if (info.type === "virtual-machine") keys["type"] = info.type;
  if (info.ephemeral) remarks.push({ key: "ephemeral", message: "The instance is deleted when it stops" });
  const profiles = info.profiles.filter((name) => name !== ownProfile?.name);
  const options = profiles.length === 0 ? ["--no-profiles"] : [];
  if (profiles.length > 0 && profiles.join() !== "default") keys["profiles"] = profiles;
  const config = { ...ownProfile?.config, ...info.config };
  const env = readKeys(config, { keys, remarks, without });
  const devices = new DeviceReader(info.type === "virtual-machine", profileRoot(profiles, source));
  devices.read({ ...ownProfile?.devices, ...info.devices }, without);
  Object.assign(keys, devices.keys());
  if (devices.pool !== undefined) options.push(`--storage=${devices.pool}`);
  if (options.length > 0) keys["lxc-options"] = options;
  if (devices.disk !== undefined) keys["limits"] = { ...keys["limits"] as object, disk: devices.disk };
  return withoutSystem({
    source: `It was written from the instance "${info.name}", which was not changed.`,
    keys,
    comments: {
      image: made
        ? [
          "What was made in the root filesystem by hand is in cloud-config/main.cfg, as far as it was found; a rebuild",
          `ends the rest, which "lxops lost" lists.`,
        ]
        : [
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
    bootstrap: [],
    ...made ? { cloudConfig: made.cloudConfig } : {},
    ...made?.groups === undefined ? {} : { groups: made.groups },
  });
}

/** Returns the root disk that the profiles of an instance give it. */
function profileRoot(
  names: readonly string[],
  { profiles = [] }: SourceInstance,
): { readonly name: string; readonly device: Readonly<Record<string, string>> } | undefined {
  const devices = Object.assign(
    {},
    ...names.map((one) => profiles.find(({ name }) => name === one)?.devices),
  );
  const found = Object.entries<Readonly<Record<string, string>>>(devices).find(([, one]) => isRootDisk(one));
  return found && { name: found[0], device: found[1] };
}

/** Returns the image of an instance as a configuration names it, and whether it is sure. */
function imageOf(
  { info, images, remotes = new Map() }: SourceInstance,
): { readonly image: string; readonly known: boolean } {
  const { expandedConfig: config } = info;
  const noted = info.config[IMAGE_MARK];
  if (noted !== undefined && noted !== "" && !isPattern(noted)) return { image: literal(noted), known: true };
  const fingerprint = config["volatile.base_image"] ?? "";
  const found = images.find((image) => fingerprint !== "" && image.fingerprint === fingerprint);
  const alias = found?.aliases.find((one) => !isPattern(one));
  const { server, alias: remoteAlias } = found?.origin ?? {};
  const [remote] = [...remotes].find(([, { url }]) => sameUrl(url, server)) ?? [];
  if (alias === undefined && remote !== undefined && remoteAlias !== undefined && !isPattern(remoteAlias)) {
    return { image: literal(`${remote}:${remoteAlias}`), known: true };
  }
  if (found) return { image: literal(alias ?? found.fingerprint), known: true };
  const [os, release] = [config["image.os"]?.toLowerCase() ?? "", config["image.release"] ?? ""];
  const isName = /^[a-z0-9]+$/.test(os) && /^[\w.]+$/.test(release);
  return { image: isName ? `images:${os}/${release}` : DEFAULT_IMAGE, known: false };
}

function sameUrl(a: string, b: string | undefined): boolean {
  return b !== undefined && a.replace(/\/+$/, "") === b.replace(/\/+$/, "");
}
