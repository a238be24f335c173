/**
 * The images that jobs may have: what a job writes is compared with what the administrator allows.
 *
 * @module
 */
import { JobError } from "./job_error.ts";
import { IMAGE_NAME } from "./settings.ts";
import type { Settings } from "./settings_schema.ts";

/** An entry of the administrator's lists. */
export interface Allowed {
  readonly name: string;
  readonly image: string;
}

/** Tells whether a name fits a pattern, in which `*` is any text without a slash and a colon. */
export function fits(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+^${}()|[\]\\?]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/:]*")}$`).test(name);
}

/** Returns the first entry that a name fits, and its image; `undefined` where there is none. */
export function allowedImage<T extends Allowed>(
  allowed: readonly T[],
  name: string,
): { readonly entry: T; readonly image: string } | undefined {
  if (!IMAGE_NAME.test(name)) return undefined;
  const entry = allowed.find((one) => fits(one.name, name));
  return entry && { entry, image: entry.image === "" ? name : entry.image };
}

/**
 * Returns the image of a job that has written a name, or none.
 *
 * @throws {JobError} where the administrator does not allow it
 */
export function jobImage(settings: Settings, written: string, file: string): string {
  if (written === "") {
    const image = settings["default-image"];
    if (image !== "") return image;
    throw new JobError(`The job names no image, and "${file}" has no default-image`, [
      "Write an image into the job: image: NAME",
      listed(settings.images),
    ]);
  }
  const found = allowedImage(settings.images, written);
  if (found) return found.image;
  throw new JobError(`The job may not have the image ${shown(written)}: "${file}" does not allow it`, [
    listed(settings.images),
  ]);
}

/** Returns a line about what is allowed. */
export function listed(allowed: readonly Allowed[]): string {
  return allowed.length === 0
    ? "No image is allowed"
    : `Allowed are: ${allowed.map(({ name }) => name).join(", ")}`;
}

/** Returns what a job's author has written, as one short line without control characters. */
export function shown(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 80)}...` : text;
  return JSON.stringify(short);
}
