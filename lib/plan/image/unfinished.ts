/**
 * Images that a killed run has left, with the temporary alias that it gave them.
 *
 * @module
 */
import type { ImageInfo } from "../../ports/mod.ts";
import type { InstancePlan, Step } from "../../step/step.ts";

/** An image with temporary aliases of runs that have ended. */
export interface Unfinished {
  readonly image: ImageInfo;
  readonly names: readonly string[];
}

/** Tells whether an image has names besides those that a killed run has left. */
export function isNamed({ image, names }: Unfinished): boolean {
  return image.aliases.length > names.length;
}

/** Returns the step that takes the names of killed runs from an image, and deletes it where it has no other name. */
export function unfinishedStep(project: string, one: Unfinished): Step {
  const { image: { fingerprint }, names } = one;
  const what = isNamed(one) ? `Delete the name ${names.join(", ")}` : `Delete image ${names.join(", ")}`;
  return {
    title: `${what}, left by a run`,
    effect: { kind: "forget", project, fingerprint, names },
    ...(isNamed(one) ? {} : { removes: [{ kind: "image", project, name: fingerprint }] }),
  };
}

/** Plans the removal of images that killed runs have left. */
export function planUnfinished(project: string, found: readonly Unfinished[]): InstancePlan[] {
  return found.map((one) => ({
    // Another plan may be about the image's own name.
    instance: { project, name: one.names[0]! },
    notes: [`Image ${one.names.join(", ")} was left by a run that was killed; it is removed`],
    steps: [unfinishedStep(project, one)],
  }));
}
