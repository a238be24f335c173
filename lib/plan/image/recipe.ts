/**
 * Recipes of images: configurations whose items make an image, looked up in a world, with the key of the result.
 *
 * @module
 */
import { ConfigError } from "../../base/errors.ts";
import type { ImageInfo } from "../../ports/mod.ts";
import { ownConfig } from "../instance/resolve/own_profile.ts";
import { resolve } from "../instance/resolve/resolve.ts";
import { need, type Resolved } from "../instance/resolve/resolved.ts";
import { targetItems } from "../lifecycle/configure.ts";
import { objectKey, problem, type Target, type World } from "../world.ts";
import { type Base, baseOf } from "./bases.ts";
import { type HostSecret, imageKey, packagesKey, type SystemInputs } from "./key.ts";
import { type Levels, levelsOf } from "./levels.ts";

/** Options of the command line for the image of a recipe; its key depends on them. */
export interface RecipeOptions {
  /** Name of the temporary instance. */
  readonly name: string;
  readonly alias: string;
  /** Name of the recipe, which its image has as a property. */
  readonly variant: string;
  readonly vm?: boolean;
  readonly member?: string;
  readonly checks: readonly string[];
  /** Host keys of the SSH server: each instance of the image gets new ones, or all have those of the image. */
  readonly hostKeys: "new" | "image";
  /** The image has two files, one of metadata and one of the root filesystem. */
  readonly split: boolean;
  /** Algorithm of the compression; empty: the daemon's choice. */
  readonly compression: string;
  /** Properties that the user gives the image. */
  readonly properties: Readonly<Record<string, string>>;
  readonly secret: HostSecret;
}

/** A recipe with everything that its image depends on. */
export interface Recipe {
  /** The configuration, with the name of the temporary instance and without devices of the host. */
  readonly target: Target;
  readonly resolved: Resolved;
  readonly options: RecipeOptions;
  readonly base: Base;
  readonly levels: Levels;
  /** Directories of the configuration's devices, which the image has itself. */
  readonly directories: readonly string[];
  readonly vm: boolean;
  readonly notes: readonly string[];
  /** Properties without those that lxops notes. */
  readonly properties: Readonly<Record<string, string>>;
  /** Key of the image; absent where the base is not known yet, or the user has no secret. */
  readonly key?: string;
  /** Key of the image of packages; absent where nothing is installed, too. */
  readonly packagesKey?: string;
}

/**
 * Looks a recipe up in a world.
 *
 * @throws {ConfigError} where its image is one that it would be built from, or something that it names does not exist
 */
export function recipeOf(described: Target, world: World, options: RecipeOptions): Recipe {
  const { instance } = described;
  const target = {
    ...described,
    instance: { ...instance, name: options.name, filesystems: [], devices: [] },
  };
  const resolved = resolve(target, world, options);
  const { vm } = need(resolved.creation).options;
  const base = baseOf(need(resolved.image), world.images.get(instance.project) ?? [], vm);
  if (base.name.replace(/^local:/, "") === options.alias) {
    const message =
      `The image "${options.alias}" would be built from itself; give it another alias (--alias)`;
    throw new ConfigError([problem(described, "image", message)]);
  }
  const { items, notes } = targetItems(resolved);
  const kept = items.filter(({ section }) => section !== "power_state");
  const found = {
    target,
    resolved,
    options,
    base,
    vm,
    levels: levelsOf(kept),
    directories: instance.devices.map(({ path }) => path),
    properties: propertiesOf(described, resolved, { ...options, base }),
  };
  const keys = base.info ? keysOf(found, base.info) : {};
  return {
    ...found,
    ...keys,
    notes: [
      ...notes,
      ...(kept.length < items.length ? ["power_state is left out: the instance is stopped anyway"] : []),
      ...(base.info && options.secret === undefined
        ? ["it is built every time: lxops has no secret of this user to recognise its own images by"]
        : []),
    ],
  };
}

function keysOf(
  { target, resolved, options, levels, directories, vm, properties }: Omit<Recipe, "notes">,
  { fingerprint }: ImageInfo,
): Pick<Recipe, "key" | "packagesKey"> {
  const { options: { config }, profiles } = need(resolved.creation);
  const { packages, rest } = levels;
  const system: SystemInputs = {
    base: fingerprint,
    architecture: properties["architecture"] ?? "",
    type: vm ? "virtual-machine" : "container",
    os: packages.length + rest.length === 0 ? "" : need(resolved.os).os.name,
    items: packages,
    config: { ...ownConfig(target), ...config },
    profiles: profilesOf(resolved, profiles.filter((one) => one !== target.instance.ownProfile)),
  };
  const { alias, checks, hostKeys, split, compression, secret } = options;
  const key = imageKey({
    ...system,
    items: [...packages, ...rest],
    configured: target.instance.config.checks,
    ...{ alias, directories, checks, hostKeys, split, compression, properties },
  }, secret);
  if (key === undefined) return {};
  return packages.length === 0 ? { key } : { key, packagesKey: packagesKey(system, secret)! };
}

/** Returns profiles as the daemon has them now: their contents may change while their names stay. */
function profilesOf({ target, world }: Resolved, names: readonly string[]): SystemInputs["profiles"] {
  return names.map((name) => {
    const { config = {}, devices = {} } = world.profiles.get(objectKey(target.instance.project, name)) ?? {};
    return { name, config, devices };
  });
}

/** Returns the properties of the image, apart from those that lxops notes and that differ in each build. */
function propertiesOf(
  { loaded }: Target,
  { world, os }: Resolved,
  { base, alias, variant, properties }: RecipeOptions & { readonly base: Base },
): Readonly<Record<string, string>> {
  const of = base.info?.properties ?? {};
  const architecture = base.info?.architecture || world.server.architectures[0] || "";
  const known = "value" in os ? os.value.os.name : "";
  const found = {
    os: of["os"] ?? known,
    release: of["release"] ?? "",
    variant,
    architecture,
    description: loaded.config.description.split(/[\r\n]/, 1)[0] ||
      `${alias}, built by lxops`,
  };
  return {
    ...Object.fromEntries(Object.entries(found).filter(([, value]) => value !== "")),
    ...properties,
  };
}
