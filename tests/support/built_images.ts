/** Images as lxops builds them. */
import { sealFor, sealKey } from "../../lib/plan/image/seal.ts";
import type { ImageInfo } from "../../lib/ports/mod.ts";

/** The secret of the user whose lxops has sealed the images. */
export const SECRET = "5e".repeat(32);

/** Returns an image that lxops built for `web` on a day of January. */
export function built(
  digit: string,
  day: number,
  { aliases = [], previous, ...more }: {
    readonly aliases?: readonly string[];
    readonly previous?: string;
    readonly alias?: string;
    readonly level?: string;
  } = {},
): ImageInfo {
  return {
    fingerprint: digit.repeat(64),
    aliases,
    type: "container",
    architecture: "x86_64",
    size: 1024,
    properties: {
      "lxops.alias": more.alias ?? "web",
      "lxops.built": `2026-01-${String(day).padStart(2, "0")}T00:00:00Z`,
      ...(previous === undefined ? {} : { "lxops.previous": previous.repeat(64) }),
      ...(more.level === undefined ? {} : { "lxops.level": more.level }),
    },
  };
}

/** Returns an image with the seal of the user. */
export function sealed(image: ImageInfo): ImageInfo {
  const seal = sealFor(sealKey(SECRET, image.properties), image.fingerprint);
  return { ...image, properties: { ...image.properties, ...seal } };
}

/** Returns an image of `built()` with the seal of the user. */
export function sealedBuilt(...given: Parameters<typeof built>): ImageInfo {
  return sealed(built(...given));
}
