/**
 * The key of an image: a hash of everything that goes into it. An image with the same key is not built again.
 *
 * @module
 */
import { BOOTSTRAP } from "../../cloudconfig/directory/bootstrap.ts";
import type { Item } from "../../cloudconfig/model/item.ts";
import { sha256 } from "../../cloudconfig/model/sha256.ts";
import type { Devices } from "../../ports/mod.ts";
import { hmac } from "../record/hashes.ts";

/** Number of the way in which lxops builds images: with another one, all images are built again. */
const SEMANTICS = 2;

/** Replaces a key where nothing can be compared, as the user has no secret. */
export const NO_KEY = "none";

/** The inputs of an image that its image of packages has, too. */
export interface SystemInputs {
  /** Fingerprint of the image that it is built from. */
  readonly base: string;
  readonly architecture: string;
  readonly type: "container" | "virtual-machine";
  /** Name of the operating system that cloud-config files are compiled for; empty where there are none. */
  readonly os: string;
  readonly items: readonly Item[];
  /** Configuration of the instance, such as its environment, which programs in it see. */
  readonly config: Readonly<Record<string, string>>;
  /** Profiles with what they give the instance, in their order. */
  readonly profiles: readonly SeenProfile[];
}

/** The parts of a profile that can affect an image. */
export interface SeenProfile {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
  readonly devices: Devices;
}

/** All inputs of an image. */
export interface ImageInputs extends SystemInputs {
  readonly alias: string;
  /** Directories that are made for devices. */
  readonly directories: readonly string[];
  readonly checks: readonly string[];
  /** The checks of the configuration. */
  readonly configured: readonly unknown[];
  readonly hostKeys: "new" | "image";
  readonly split: boolean;
  /** Algorithm of the compression; empty: the daemon's choice. */
  readonly compression: string;
  /** Properties that the user gives, also the description. */
  readonly properties: Readonly<Record<string, string>>;
}

/** The secret of a user, with which inputs are hashed; absent: there is none. */
export type HostSecret = string | undefined;

/** Returns the key of an image; `undefined` without a secret. */
export function imageKey(inputs: ImageInputs, secret: HostSecret): string | undefined {
  const { alias, directories, checks, configured, hostKeys, split, compression, properties } = inputs;
  return hashOf({
    ...systemOf(inputs),
    alias,
    directories: [...directories].sort(),
    checks,
    configured,
    hostKeys,
    split,
    compression,
    properties,
  }, secret);
}

/** Returns the key of the image of packages: aliases and files after the packages make no difference to it. */
export function packagesKey(inputs: SystemInputs, secret: HostSecret): string | undefined {
  return hashOf({ level: "packages", ...systemOf(inputs) }, secret);
}

function systemOf(
  { base, architecture, type, os, items, config, profiles }: SystemInputs,
): Readonly<Record<string, unknown>> {
  return {
    semantics: SEMANTICS,
    base,
    architecture,
    type,
    os,
    items: items.map(contentOf),
    config: withoutMarks(config),
    profiles: profiles.map((profile) => ({
      ...profile,
      config: withoutMarks(profile.config),
      devices: Object.fromEntries(Object.entries(profile.devices).filter(([, device]) => isSeen(device))),
    })),
  };
}

/** Tells whether a device can make a difference to an image: networks, and where the root filesystem is, do not. */
function isSeen({ type, path }: Devices[string]): boolean {
  return type !== "nic" && !(type === "disk" && path === "/");
}

function withoutMarks(config: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(config).filter(([name]) => !name.startsWith("user.lxops.")));
}

/** Returns a text that depends on the work of an item; the id of a bootstrap script does not depend on its text. */
function contentOf({ id, section, script }: Item): string {
  return section === BOOTSTRAP ? `${id} ${sha256(script)}` : id;
}

/** Returns the hash of a value by a secret: an image shows it to everybody, who could guess values from another one. */
function hashOf(value: unknown, secret: HostSecret): string | undefined {
  return secret === undefined ? undefined : hmac(secret, `lxops image key ${canonical(value)}`);
}

/** Returns JSON that is the same for equal values: keys are sorted. */
function canonical(value: unknown): string {
  return JSON.stringify(
    value,
    (_, part) =>
      typeof part === "object" && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1))
        : part,
  );
}
