/**
 * The operating system of a target: from the configuration, or else from image and instance.
 *
 * @module
 */
import { ConfigError } from "../../../base/errors.ts";
import {
  type OSType,
  osType,
  osTypeNames,
  osTypeOfName,
  osTypeOfRelease,
} from "../../../cloudconfig/model/ostype.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import type { ResolvedImage } from "./image.ts";
import { objectKey, problem, type Target, type World } from "../../world.ts";

/** An operating system, and, where the configuration does not name it, the source of this finding. */
export interface FoundOS {
  readonly os: OSType;
  readonly note?: string;
}

function found(os: OSType | undefined, where: string): FoundOS | undefined {
  return os && { os, note: `The ostype is "${os.name}", as ${where}` };
}

function ofImage(image: ResolvedImage): FoundOS | undefined {
  const property = image.info?.properties["os"];
  if (property !== undefined) return found(osTypeOfName(property), `the image "${image.text}" says`);
  if (!image.remote) return undefined;
  // The daemon is still to fetch the image; servers of images name them `debian/12`, or `ubuntu:24.04`.
  const [server = "", alias = ""] = image.text.split(":");
  const byAlias = osTypeOfName(alias.split("/")[0] ?? "");
  return found(byAlias ?? osTypeOfName(server), `the name of the image "${image.text}" tells`);
}

/** Returns the operating system that an existing instance reports; `release` is its `/etc/os-release`. */
export function osOfInstance(info: InstanceInfo, release: string | undefined): FoundOS | undefined {
  return found(
    osTypeOfName(info.expandedConfig["image.os"] ?? ""),
    `the image of instance "${info.name}" says`,
  ) ?? found(osTypeOfRelease(release ?? ""), `/etc/os-release of instance "${info.name}" says`);
}

/**
 * Finds the operating system of a target that has cloud-config files.
 *
 * @param image the image whose root filesystem the instance will have; absent where it keeps its own
 * @throws {ConfigError} where it is unknown, or nothing tells what it is
 */
export function targetOS(target: Target, world: World, image?: ResolvedImage): FoundOS {
  const { instance } = target;
  const { ostype } = instance.config;
  const known = osTypeNames().join(", ");
  if (ostype) {
    const os = osType(ostype);
    if (os) return { os };
    throw new ConfigError([problem(target, "ostype", `Unknown ostype "${ostype}"; lxops knows ${known}`)]);
  }
  const origin = image && target.copyOf;
  const key = objectKey((origin ?? instance).project, (origin ?? instance).name);
  const info = image && !origin ? undefined : world.instances.get(key);
  const seen = info ? osOfInstance(info, world.releases.get(key)) : image && ofImage(image);
  if (seen) return seen;
  const isScript = instance.config.cloudConfigFiles.length === 0;
  throw new ConfigError([
    problem(
      target,
      isScript ? "ostype" : "cloud-config-files.0",
      `${
        isScript ? "bootstrap.sh needs" : "Cloud-config files need"
      } an "ostype", which this configuration lacks and the ` +
        `${image ? "image" : "instance"} does not tell; use one of ${known}`,
    ),
  ]);
}
