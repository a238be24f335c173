/**
 * Plans `image prune`: images that lxops made and nothing needs any more go.
 *
 * @module
 */
import type { ImageInfo, InstanceInfo } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { deleteAlias } from "../requests/images.ts";
import { IMAGE_PROPERTIES as KEYS, PACKAGES_SUFFIX } from "./properties.ts";
import { builtAt, isMade, newestFirst, versionsOf } from "./versions.ts";

/** What is kept. */
export interface PruneOptions {
  readonly project: string;
  /** Number of the newest images of each alias that stay, those that have the alias included. */
  readonly keep: number;
  /** Aliases whose images are looked at; none: all. */
  readonly only: readonly string[];
}

/** An image that goes. */
export interface Pruned {
  readonly image: ImageInfo;
  /** The alias that it was made for. */
  readonly alias: string;
  /** Names that only lxops uses, which go first. */
  readonly internal: readonly string[];
}

/**
 * Chooses the images that go: those that lxops made, that have no name, are not among the newest of their alias, and
 * are the base of no instance. Images that keep the packages of a recipe go with the last name of that recipe, and
 * once they have no name.
 */
export function prunable(
  { keep, only }: PruneOptions,
  images: readonly ImageInfo[],
  instances: readonly Pick<InstanceInfo, "config">[],
): readonly Pruned[] {
  const used = new Set(instances.map(({ config }) => config["volatile.base_image"] ?? ""));
  const named = new Set(images.flatMap(({ aliases }) => aliases));
  const made = images.filter((image) => isMade(image) && !used.has(image.fingerprint));
  const newest = new Map<string, ReadonlySet<ImageInfo>>();
  const isNewest = (alias: string, image: ImageInfo) => {
    const known = newest.get(alias) ??
      new Set(versionsOf(alias, images).map((version) => version.image).slice(0, keep));
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
