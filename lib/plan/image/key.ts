/**
 * The key of an image: a hash of everything that goes into it. An image with the same key is not built again.
 *
 * @module
 */
import { BOOTSTRAP } from "../../cloudconfig/directory/bootstrap.ts";
import { isSecretItem } from "../../cloudconfig/model/ids.ts";
import type { Item } from "../../cloudconfig/model/item.ts";
import { sha256 } from "../../cloudconfig/model/sha256.ts";
import { shownValue } from "../instance/hidden_values.ts";

/** Number of the way in which lxops builds images: with another one, all images are built again. */
const SEMANTICS = 1;

/** Everything that goes into an image, and into the image of its packages. */
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
  readonly profiles: readonly string[];
}

/** Everything else that goes into an image. */
export interface ImageInputs extends SystemInputs {
  readonly alias: string;
  /** Directories that are made for devices. */
  readonly directories: readonly string[];
  readonly checks: readonly string[];
  readonly hostKeys: "new" | "image";
  readonly split: boolean;
  /** Properties that the user gives, also the description. */
  readonly properties: Readonly<Record<string, string>>;
}

/** The secret of a user, with which values that are secret are hashed; absent: there is none. */
export type HostSecret = string | undefined;

/** Returns the key of an image; `undefined` where values are secret and there is no secret to hash them with. */
export function imageKey(inputs: ImageInputs, secret: HostSecret): string | undefined {
  const system = systemOf(inputs, secret);
  if (!system) return undefined;
  const { alias, directories, checks, hostKeys, split, properties } = inputs;
  return hashOf({
    ...system,
    alias,
    directories: [...directories].sort(),
    checks,
    hostKeys,
    split,
    properties,
  });
}

/** Returns the key of the image of packages: aliases and files after the packages make no difference to it. */
export function packagesKey(inputs: SystemInputs, secret: HostSecret): string | undefined {
  const system = systemOf(inputs, secret);
  return system && hashOf({ level: "packages", ...system });
}

function systemOf(
  { base, architecture, type, os, items, config, profiles }: SystemInputs,
  secret: HostSecret,
): Readonly<Record<string, unknown>> | undefined {
  const hashes = items.map((item) => isSecretItem(item) ? hidden(contentOf(item), secret) : contentOf(item));
  const values = Object.entries(config).filter(([name]) => !name.startsWith("user.lxops."))
    .map(([name, value]) =>
      [name, shownValue(name, value) === value ? value : hidden(value, secret)] as const
    );
  if (hashes.includes(undefined) || values.some(([, value]) => value === undefined)) return undefined;
  return {
    semantics: SEMANTICS,
    base,
    architecture,
    type,
    os,
    items: hashes,
    config: Object.fromEntries(values),
    profiles,
  };
}

/** Returns a text that differs where what an item does differs; the id of a bootstrap script has nothing of its text. */
function contentOf({ id, section, script }: Item): string {
  return section === BOOTSTRAP ? `${id} ${sha256(script)}` : id;
}

function hidden(text: string, secret: HostSecret): string | undefined {
  return secret === undefined ? undefined : `secret ${sha256(`${secret} ${text}`)}`;
}

function hashOf(value: unknown): string {
  return sha256(canonical(value));
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
