/**
 * Images that a killed run has left. A run gives each image that it makes a temporary alias, whose description names the
 * run, until the image has its notes and its own alias. Files of an image can have any property, but no alias.
 *
 * @module
 */
import type { ImageInfo } from "../../ports/mod.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { randomPart } from "../instance/random_names.ts";

/** The end of a temporary alias. */
const END = /@new-[0-9a-z]{6}$/;

/** Begins the description of a temporary alias, before the run. */
const DESCRIPTION = "lxops run ";

/** The alias of an image until it has its own, and the run that makes the image; empty where that is not known. */
export interface Temporary {
  readonly alias: string;
  readonly run: string;
}

/** Returns the temporary alias of an image that is to have an alias. */
export function temporaryOf(alias: string, random: string | undefined, run: string): Temporary {
  return { alias: `${alias}@new-${randomPart(random)}`, run };
}

/** Tells whether an alias is a temporary one. */
export function isTemporary(alias: string): boolean {
  return END.test(alias);
}

/** Returns the body of a request that makes an image, with a temporary alias. */
export function withTemporary(body: unknown, { alias: name, run }: Temporary): unknown {
  return { ...body as object, aliases: [{ name, description: `${DESCRIPTION}${run}` }] };
}

/** Returns the temporary aliases of an image, with their runs. */
export function temporariesOf({ aliases, descriptions = {} }: ImageInfo): readonly Temporary[] {
  return aliases.filter(isTemporary).map((alias) => {
    const description = descriptions[alias] ?? "";
    return { alias, run: description.startsWith(DESCRIPTION) ? description.slice(DESCRIPTION.length) : "" };
  });
}

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
    title: `${what}, which a run has left`,
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
