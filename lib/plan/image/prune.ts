/**
 * Plans `image prune`: images that lxops made and nothing needs any more go.
 *
 * @module
 */
import type { ImageInfo, InstanceInfo, ProfileInfo } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { deleteAlias } from "../requests/images.ts";
import type { HostSecret } from "./key.ts";
import { IMAGE_PROPERTIES as KEYS, PACKAGES_SUFFIX } from "./properties.ts";
import { isSealed } from "./seal.ts";
import { builtAt, isMade, newestFirst, versionsOf } from "./versions.ts";

/** Images that are kept. */
export interface PruneOptions {
  readonly project: string;
  /** Number of the newest images of each alias that stay, those that have the alias included. */
  readonly keep: number;
  /** Aliases whose images are looked at; none: all. */
  readonly only: readonly string[];
  /** The secret of the user: only images that this user's lxops has built go. */
  readonly secret: HostSecret;
}

/** Objects that may need images. */
export interface ImageUsers {
  readonly instances: readonly Pick<InstanceInfo, "config">[];
  /** Definitions of pools are profiles. */
  readonly profiles: readonly Pick<ProfileInfo, "config">[];
}

/** An image to delete. */
export interface Pruned {
  readonly image: ImageInfo;
  /** The alias that it was made for. */
  readonly alias: string;
  /** Names that only lxops uses, which go first. */
  readonly internal: readonly string[];
}

/**
 * Chooses the images that go: those that this user's lxops made, that have no name, are not among the newest of their
 * alias, are the base of no instance and are named by no pool. Of two and more that stay, one is the previous image of
 * the one that has the alias. Images that keep the packages of a recipe go with the last name of that recipe, and
 * once they have no name.
 */
export function prunable(
  options: PruneOptions,
  images: readonly ImageInfo[],
  users: ImageUsers,
): readonly Pruned[] {
  return chosen(options, images, users).filter(({ image }) => isSealed(image, options.secret));
}

/** Returns images that would go if this user's lxops had built them, as their notes say. */
export function unsealed(
  options: PruneOptions,
  images: readonly ImageInfo[],
  users: ImageUsers,
): readonly ImageInfo[] {
  return chosen(options, images, users).map(({ image }) => image)
    .filter((image) => !isSealed(image, options.secret));
}

function chosen(
  { keep, only, secret }: PruneOptions,
  images: readonly ImageInfo[],
  { instances, profiles }: ImageUsers,
): readonly Pruned[] {
  const bases = new Set(instances.map(({ config }) => config["volatile.base_image"] ?? ""));
  const names = [...new Set(profiles.flatMap(namedIn))];
  const isUsed = ({ fingerprint }: ImageInfo) =>
    bases.has(fingerprint) || names.some((name) => fingerprint.startsWith(name));
  const named = new Set(images.flatMap(({ aliases }) => aliases));
  const made = images.filter((image) => isMade(image) && !isUsed(image));
  const newest = new Map<string, ReadonlySet<ImageInfo>>();
  const isNewest = (alias: string, image: ImageInfo) => {
    const known = newest.get(alias) ?? kept(alias, images, { keep, secret });
    newest.set(alias, known);
    return known.has(image);
  };
  return made.flatMap((image) => {
    const alias = recipeAlias(image.properties[KEYS.alias]!);
    if (only.length > 0 && !only.includes(alias)) return [];
    const isPart = (image.properties[KEYS.level] ?? "") !== "";
    const internal = isPart && !named.has(alias)
      ? image.aliases.filter((name) => name.endsWith(PACKAGES_SUFFIX))
      : [];
    if (image.aliases.length > internal.length) return [];
    if (!isPart && isNewest(alias, image)) return [];
    return [{ image, alias, internal }];
  }).sort((a, b) => a.alias < b.alias ? -1 : a.alias > b.alias ? 1 : newestFirst(a.image, b.image));
}

/** Returns the images of an alias that stay. */
function kept(
  alias: string,
  images: readonly ImageInfo[],
  { keep, secret }: Pick<PruneOptions, "keep" | "secret">,
): ReadonlySet<ImageInfo> {
  const versions = versionsOf(alias, images, secret);
  const own = versions.map(({ image }) => image).filter((image) => isSealed(image, secret)).slice(0, keep);
  const current = versions.find(({ isCurrent }) => isCurrent)?.image;
  const previous = versions.find(({ image }) => image.fingerprint === current?.properties[KEYS.previous])
    ?.image;
  return new Set([...own, ...(keep > 1 && previous ? [previous] : [])]);
}

/** A fingerprint, or the start of one, in the configuration of a profile; or a short one as the image of a pool. */
const NAMED = /(?<![0-9a-f])[0-9a-f]{12,64}(?![0-9a-f])|(?<="image":\s*")[0-9a-f]{1,64}(?=")/g;

/**
 * Returns the texts of a profile that may name images; a definition of a pool that this lxops cannot read counts, too.
 */
function namedIn({ config }: Pick<ProfileInfo, "config">): readonly string[] {
  return Object.values(config).flatMap((text) => text.match(NAMED) ?? []);
}

/** Returns the alias of the recipe whose image, or whose packages, an image is noted to be. */
export function recipeAlias(noted: string): string {
  return noted.endsWith(PACKAGES_SUFFIX) ? noted.slice(0, -PACKAGES_SUFFIX.length) : noted;
}

/** Plans the deletion of images; one that has got a name meanwhile stays. */
export function planPrune(pruned: readonly Pruned[], project: string): readonly Step[] {
  return pruned.flatMap(({ image: { fingerprint, ...image }, alias, internal }) => [
    ...internal.map((name) => send(`Delete the name ${name}`, deleteAlias(project, name))),
    {
      title: `Delete image ${fingerprint.slice(0, 12)} of ${alias}, ${builtAt(image)}`,
      effect: { kind: "forget" as const, project, fingerprint },
      removes: [{ kind: "image" as const, project, name: fingerprint }],
    },
  ]);
}
