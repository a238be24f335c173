/**
 * Temporary aliases: a run gives each image that it makes one, whose description names the run, until the image has its
 * notes and its own alias. So what a killed run leaves can be found. Files of an image can have any property, but no
 * alias.
 *
 * @module
 */
import type { ImageInfo } from "../../ports/mod.ts";
import { randomPart } from "./random_names.ts";

/** The end of a temporary alias. */
const END = /@(?:new|old)-[0-9a-z]{6}$/;

/** Beginning of the description of a temporary alias, before the run. */
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

/** Returns the temporary alias of an image that goes once another one has its alias. */
export function leavingOf(alias: string, random: string | undefined, run: string): Temporary {
  return { alias: `${alias}@old-${randomPart(random)}`, run };
}

/** Returns the description of a temporary alias. */
export function temporaryDescription({ run }: Temporary): string {
  return `${DESCRIPTION}${run}`;
}

/** Tells whether an alias is a temporary one. */
export function isTemporary(alias: string): boolean {
  return END.test(alias);
}

/** Returns the alias that an image was to get in place of a temporary one. */
export function finalAlias(alias: string): string {
  return alias.replace(END, "");
}

/** Returns the body of a request that makes an image, with a temporary alias. */
export function withTemporary(body: unknown, temporary: Temporary): unknown {
  const description = temporaryDescription(temporary);
  return { ...body as object, aliases: [{ name: temporary.alias, description }] };
}

/** Returns the temporary aliases of an image, with their runs. */
export function temporariesOf({ aliases, descriptions = {} }: ImageInfo): readonly Temporary[] {
  return aliases.filter(isTemporary).map((alias) => {
    const description = descriptions[alias] ?? "";
    return { alias, run: description.startsWith(DESCRIPTION) ? description.slice(DESCRIPTION.length) : "" };
  });
}
