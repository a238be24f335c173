/**
 * The seal on the notes of an image: a user who makes an image's files can give it any property, so that lxops follows the
 * notes of a build (the recipe, its flags) only where it has written them itself, for this user.
 *
 * @module
 */
import type { ImageInfo } from "../../ports/mod.ts";
import type { InstancePlan } from "../../step/step.ts";
import { hmac } from "../record/hashes.ts";

/** Property that has the seal. */
const SEAL = "lxops.seal";

/** Prefix of the properties that lxops notes. */
const OWN = "lxops.";

type Notes = Readonly<Record<string, string>>;

/**
 * Returns the key that seals some notes on any image, made of the secret of the user. The image is known only once it is
 * there.
 */
export function sealKey(secret: string, notes: Notes): string {
  const sealed = Object.entries(notes)
    .filter(([key, value]) => key.startsWith(OWN) && key !== SEAL && value !== "")
    .sort(([a], [b]) => a < b ? -1 : 1);
  return hmac(secret, `lxops image notes ${JSON.stringify(sealed)}`);
}

/** Returns the property that seals notes on an image, with the key of these notes. */
export function sealFor(key: string, fingerprint: string): Notes {
  return { [SEAL]: hmac(key, fingerprint) };
}

/** Tells whether this user's lxops has written the notes of an image. */
export function isSealed(
  { fingerprint, properties }: Pick<ImageInfo, "fingerprint" | "properties">,
  secret: string | undefined,
): boolean {
  const seal = properties[SEAL] ?? "";
  return seal !== "" && secret !== undefined &&
    sealFor(sealKey(secret, properties), fingerprint)[SEAL] === seal;
}

/** Returns images without the notes that other users have written. */
export function withOwnNotes(
  images: readonly ImageInfo[],
  secret: string | undefined,
): readonly ImageInfo[] {
  return images.map((image) => {
    const properties = Object.entries(image.properties);
    if (isSealed(image, secret) || !properties.some(([key]) => key.startsWith(OWN))) return image;
    return { ...image, properties: Object.fromEntries(properties.filter(([key]) => !key.startsWith(OWN))) };
  });
}

/** Lets a plan seal the notes of the images that it makes, where the user has a secret. */
export function sealing(plan: InstancePlan, secret: string | undefined): InstancePlan {
  if (secret === undefined) return plan;
  const steps = plan.steps.map((step) => {
    const { effect } = step;
    if (effect.kind !== "publish" || effect.notes === undefined) return step;
    return { ...step, effect: { ...effect, seal: sealKey(secret, effect.notes) } };
  });
  return { ...plan, steps };
}
