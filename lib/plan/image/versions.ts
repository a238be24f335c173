/**
 * The images that an alias has and had, as the images themselves tell.
 *
 * @module
 */
import type { ImageInfo } from "../../ports/mod.ts";
import type { HostSecret } from "./key.ts";
import { IMAGE_PROPERTIES as KEYS } from "./properties.ts";
import { isSealed } from "./seal.ts";

/** An image that an alias has, or had before. */
export interface ImageVersion {
  readonly image: ImageInfo;
  /** The alias leads to it. */
  readonly isCurrent: boolean;
}

/** Tells whether lxops made an image for an alias. */
export function isMade({ properties }: Pick<ImageInfo, "properties">): boolean {
  return (properties[KEYS.alias] ?? "") !== "" && (properties[KEYS.built] ?? "") !== "";
}

/** Returns the time at which an image was made, to the second, as text that sorts by time; empty where nothing tells. */
export function builtAt({ properties, uploadedAt }: Pick<ImageInfo, "properties" | "uploadedAt">): string {
  const times = [properties[KEYS.built], uploadedAt].map((text) => Date.parse(text ?? ""));
  const time = times.find((one) => one > 0);
  return time === undefined ? "" : new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Compares two images by their age; a comparator for `sort()` that puts the newest first. */
export function newestFirst(a: ImageInfo, b: ImageInfo): number {
  const [one, other] = [builtAt(a), builtAt(b)];
  if (one !== other) return one < other ? 1 : -1;
  // Two of the same second.
  const [first, second] = [a.uploadedAt ?? "", b.uploadedAt ?? ""];
  if (first !== second) return first < second ? 1 : -1;
  return a.fingerprint < b.fingerprint ? -1 : 1;
}

/**
 * Returns the images that an alias has and had, the newest first. A user who imports an image can note an alias on it: where
 * this user's lxops has built the image that the alias has (or, if no image has it, any one for it), only those that it has
 * built count, and the one that such an image names as its previous one.
 */
export function versionsOf(
  alias: string,
  images: readonly ImageInfo[],
  secret: HostSecret,
): readonly ImageVersion[] {
  const current = images.find(({ aliases }) => aliases.includes(alias));
  const noted = images.filter(({ properties }) =>
    properties[KEYS.alias] === alias && !properties[KEYS.level]
  );
  const isOwn = (image: ImageInfo) => isSealed(image, secret);
  const isStrict = current ? isOwn(current) : noted.some(isOwn);
  const known = new Map(images.map((image) => [image.fingerprint, image]));
  const found = new Set<ImageInfo>();
  // A forged property may lead in a circle.
  for (let at = current; at && !found.has(at); at = known.get(at.properties[KEYS.previous] ?? "")) {
    found.add(at);
    if (isStrict && !isOwn(at)) break;
  }
  for (const image of noted) {
    if (!isStrict || isOwn(image)) found.add(image);
  }
  return [...found].sort(newestFirst).map((image) => ({ image, isCurrent: image === current }));
}

/**
 * Returns the image that an alias had before: the one that its image names, or else the next older one; `undefined`
 * where there is none.
 */
export function versionBefore(versions: readonly ImageVersion[]): ImageInfo | undefined {
  const at = versions.findIndex(({ isCurrent }) => isCurrent);
  if (at < 0) return versions[0]?.image;
  const named = versions[at]!.image.properties[KEYS.previous];
  return versions.find(({ image }) => image.fingerprint === named)?.image ?? versions[at + 1]?.image;
}

/** Returns the description of an alias, as a daemon tells it; it gets lost where the alias moves without it. */
export function aliasDescription(alias: unknown): string {
  return typeof alias === "object" && alias !== null && "description" in alias
    ? String(alias.description ?? "")
    : "";
}
