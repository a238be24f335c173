/**
 * The image that a recipe is built from, as one of the daemon's store: only there its fingerprint is known.
 *
 * @module
 */
import type { ImageInfo } from "../../ports/mod.ts";
import type { ResolvedImage } from "../instance/resolve/image.ts";

/** The known facts about a base. */
export interface Base {
  /** Name that the recipe has for it. */
  readonly name: string;
  /** Source for a new instance. */
  readonly image: ResolvedImage;
  /** The image of the store; absent where it is still to be downloaded or built. */
  readonly info?: ImageInfo;
}

/**
 * Returns the base that an image of a configuration is. A remote one is that which the daemon has downloaded, if it has:
 * the daemon itself would take it, and keeps it up to date.
 */
export function baseOf(image: ResolvedImage, images: readonly ImageInfo[], vm: boolean): Base {
  const name = image.text;
  if (!image.remote) {
    return { name, image, ...(image.info?.fingerprint ? { info: image.info } : {}) };
  }
  const info = downloaded(image, images, vm);
  if (!info) return { name, image };
  const { fingerprint } = info;
  return { name, info, image: { source: { type: "image", fingerprint }, remote: false, text: name, info } };
}

function downloaded(
  { source }: ResolvedImage,
  images: readonly ImageInfo[],
  vm: boolean,
): ImageInfo | undefined {
  if (!("mode" in source)) return undefined;
  const { server, alias } = source;
  const type = vm ? "virtual-machine" : "container";
  const found = images.filter((one) =>
    one.origin?.alias === alias && one.origin?.server === server && (one.type === "" || one.type === type)
  );
  return found.sort((a, b) => (a.uploadedAt ?? "") < (b.uploadedAt ?? "") ? 1 : -1)[0];
}

/** Returns an image that is still to be built, for a plan that is only shown: it has its alias and no fingerprint. */
export function futureImage(alias: string, properties: ImageInfo["properties"]): ImageInfo {
  return { fingerprint: "", aliases: [alias], properties, type: "", architecture: "" };
}

/** Returns the image that has an alias. */
export function imageIn(images: readonly ImageInfo[], alias: string): ImageInfo | undefined {
  return images.find(({ aliases }) => aliases.includes(alias));
}
