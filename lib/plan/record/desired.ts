/**
 * Settings that a configuration wants for its instance at the daemon, in the parts of a record and a comparison.
 *
 * @module
 */
import type { InstanceFilesystem } from "../../instance/instance.ts";
import type { Devices } from "../../ports/mod.ts";
import { ownContent } from "../instance/resolve/own_profile.ts";
import { type Outcome, outcomeOf, type Resolved } from "../instance/resolve/resolved.ts";
import { diskDevices, locate } from "../storage/layout.ts";

/** Keys of a configuration of the daemon. */
export type Keys = Readonly<Record<string, string>>;

/** Parts that a configuration wants. One is absent where the command does without it, or it cannot be known. */
export interface Desired {
  /** Image as the configuration names it; absent where the instance is a copy of another one. */
  readonly image?: string;
  /** Absent where the daemon is still to fetch the image. */
  readonly fingerprint?: string;
  readonly type?: string;
  readonly profiles?: readonly string[];
  readonly profileDevices?: Devices;
  readonly profileKeys?: Keys;
  readonly devices?: Devices;
  readonly keys?: Keys;
  /** Properties of filesystems, by the key of the filesystem in the configuration, a dot, and their own. */
  readonly filesystems?: Keys;
}

/** Returns the settings that a target's configuration gives. */
export function desiredOf({ target, world, creation, image, profiles }: Resolved): Desired {
  const { instance } = target;
  const created = valueOf(creation);
  const own = valueOf(outcomeOf(() => {
    const disks = diskDevices(locate(target, world.datasets, world.paths));
    return ownContent(target, world, disks);
  }));
  const devices = created && valueOf(created.localDevices);
  const fingerprint = valueOf(image)?.info?.fingerprint;
  return {
    ...(instance.image && !instance.config.origin ? { image: instance.image } : {}),
    ...(fingerprint && !instance.config.origin ? { fingerprint } : {}),
    ...(created ? { type: created.options.vm ? "virtual-machine" : "container" } : {}),
    ...optional("profiles", valueOf(profiles)),
    ...(own ? { profileDevices: own.devices, profileKeys: own.config } : {}),
    ...optional("devices", devices),
    ...(created ? { keys: created.options.config } : {}),
    filesystems: Object.fromEntries(
      instance.filesystems.flatMap((one) =>
        Object.entries(fileProperties(one)).map(([key, value]) => [`${one.id}.${key}`, value])
      ),
    ),
  };
}

/** Returns the properties that a configuration gives a filesystem. */
export function fileProperties({ kind, zfsproperties, volume }: InstanceFilesystem): Keys {
  return kind === "dataset" ? zfsproperties : volume?.properties ?? {};
}

/** Returns the keys of the configuration of an instance or a profile that a configuration file can give it. */
export function settableKeys(config: Keys): Keys {
  return Object.fromEntries(
    Object.entries(config).filter(([key]) => !/^(volatile|image|user\.lxops)\./.test(key)),
  );
}

function valueOf<T>(outcome: Outcome<T>): T | undefined {
  return "value" in outcome ? outcome.value : undefined;
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [k in K]?: V } {
  return value === undefined ? {} : { [key]: value } as { readonly [k in K]?: V };
}
