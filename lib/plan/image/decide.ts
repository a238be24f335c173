/**
 * Decisions about the images of some recipes: the ones to build, and their order.
 *
 * @module
 */
import { refuse, UsageError } from "../../base/errors.ts";
import type { ImageInfo } from "../../ports/mod.ts";
import type { Target, World } from "../world.ts";
import { futureImage, imageIn } from "./bases.ts";
import type { HostSecret } from "./key.ts";
import { IMAGE_PROPERTIES } from "./properties.ts";
import { isSealed } from "./seal.ts";
import { isTemporary } from "../instance/temporary_alias.ts";
import { EDITED } from "./update.ts";
import { type Recipe, recipeOf, type RecipeOptions } from "./recipe.ts";

/** A configuration from which to build an image, with options. */
export interface Wanted {
  readonly target: Target;
  readonly options: RecipeOptions;
}

/** Options for all images of a command. */
export interface DecideOptions {
  /** Builds everything again, whatever was built before. */
  readonly force: boolean;
  /** Moves aliases away from images that lxops did not build. */
  readonly adopt: boolean;
  /** Aliases of images that this command has built. */
  readonly done?: ReadonlySet<string>;
}

/** The decision about an image. */
export interface Decision {
  readonly recipe: Recipe;
  /**
   * `there`: the alias already has the image; `name`: the image exists, but its alias has another one; `build`: the
   * image is built.
   */
  readonly what: "there" | "name" | "build";
  /** The existing image. */
  readonly image?: ImageInfo;
  /** The existing image with its packages. */
  readonly packages?: ImageInfo;
}

/**
 * Sorts recipes into groups. Recipes of a group are built side by side, and from images of earlier groups.
 *
 * @throws {UsageError} where two have one alias, or some are built from each other
 */
export function groupsOf<T extends Pick<Wanted, "target" | "options">>(
  wanted: readonly T[],
): readonly (readonly T[])[] {
  const byAlias = new Map<string, T>();
  for (const one of wanted) {
    const { alias } = one.options;
    const other = byAlias.get(alias);
    if (other) {
      throw new UsageError(
        `"${other.target.instance.file}" and "${one.target.instance.file}" are both for image "${alias}"`,
      );
    }
    byAlias.set(alias, one);
  }
  const groups: T[][] = [];
  let left = [...byAlias.values()];
  while (left.length > 0) {
    const names = new Set(left.map(({ options }) => options.alias));
    const next = left.filter((one) => !names.has(baseAlias(one)) || baseAlias(one) === one.options.alias);
    if (next.length === 0) {
      throw new UsageError(`These images would be built from each other: ${[...names].sort().join(", ")}`);
    }
    groups.push(next);
    left = left.filter((one) => !next.includes(one));
  }
  return groups;
}

/** Returns the alias of the daemon that a configuration names as its image. */
export function baseAlias({ target }: Pick<Wanted, "target">): string {
  return target.instance.image.replace(/^local:/, "");
}

/** Decides about all images; an image whose base is built first has no key yet. */
export function decide(
  groups: readonly (readonly Wanted[])[],
  world: World,
  options: DecideOptions,
): readonly Decision[] {
  const decided: Decision[] = [];
  let seen = world;
  for (const one of groups.flat()) {
    const decision = decisionOf(recipeOf(one.target, seen, one.options), world, options);
    decided.push(decision);
    seen = afterwards(seen, decision);
  }
  return decided;
}

function decisionOf(recipe: Recipe, world: World, { force, adopt, done }: DecideOptions): Decision {
  const { target, options: { alias, secret }, key, packagesKey } = recipe;
  const images = world.images.get(target.instance.project) ?? [];
  const there = imageIn(images, alias);
  const isOwn = there !== undefined && isBuilt(there);
  if (there && !isOwn && !adopt) {
    throw refuse(`Cannot build image "${alias}"`, "an image has this name that lxops did not build", [
      "To give the name to the new image: --adopt; to choose another name: --alias",
    ], "exists");
  }
  if (there && done?.has(alias)) return { recipe, what: "there", image: there };
  if (force || key === undefined) return { recipe, what: "build" };
  // Temporary images of killed runs are removed, and those of other runs are not finished.
  const usable = images.filter((image) => image === there || !image.aliases.some(isTemporary));
  const { found, foreign } = withKey(key, usable, secret);
  const image = found.includes(there!) ? there : found[0];
  if (image) return { recipe, what: image === there ? "there" : "name", image };
  const packages = packagesKey === undefined ? undefined : withKey(packagesKey, usable, secret).found[0];
  const notes = foreign.map(({ fingerprint }) =>
    `image ${
      fingerprint.slice(0, 12)
    } says that it was built of the same, which this user's lxops did not write: ` +
    "it is not used"
  );
  return {
    recipe: { ...recipe, notes: [...recipe.notes, ...notes] },
    what: "build",
    ...(packages ? { packages } : {}),
  };
}

/** Returns the images that have a key: those that this user's lxops has built, and others, which only say so. */
function withKey(key: string, images: readonly ImageInfo[], secret: HostSecret) {
  const all = images.filter(({ properties }) => properties[IMAGE_PROPERTIES.key] === key);
  const found = all.filter((image) => isSealed(image, secret));
  return { found, foreign: all.filter((image) => !found.includes(image)) };
}

/** Tells whether lxops built an image; a foreign one that was changed by hand has no recipe. */
function isBuilt({ properties }: ImageInfo): boolean {
  const key = properties[IMAGE_PROPERTIES.key];
  return key !== undefined && (key !== EDITED || (properties[IMAGE_PROPERTIES.recipe] ?? "") !== "");
}

/** Returns the world in which an alias has its new image, for those that are built from it. */
function afterwards(world: World, { recipe, what, image }: Decision): World {
  if (what === "there") return world;
  const { target: { instance: { project } }, options: { alias }, properties } = recipe;
  const others = (world.images.get(project) ?? []).filter((one) => one !== image).map((one) => ({
    ...one,
    aliases: one.aliases.filter((name) => name !== alias),
  }));
  const next = image ? { ...image, aliases: [...image.aliases, alias] } : futureImage(alias, properties);
  return { ...world, images: new Map([...world.images, [project, [...others, next]]]) };
}
