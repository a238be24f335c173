/**
 * Schemas for text that ends up in files, command lines and lists of an instance.
 *
 * @module
 */
import * as z from "zod/mini";
import { flag as yamlFlag, map, record, text } from "../../config/schema/fields.ts";
import { preprocess } from "../../base/schemas.ts";

// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Whether there is such a character in a text. */
export function hasControl(value: string): boolean {
  return CONTROL.test(value);
}

/** Text on one line. */
export const line = text.check(z.refine((value) => !hasControl(value), {
  error: "This value must be one line without control characters",
}));

/** Text of any lines for a shell, which knows no NUL. */
export const noNul = text.check(z.refine((value) => !value.includes("\0"), {
  error: "A NUL character cannot be in here",
}));

/** One word that no program takes for an option. */
export const word = line.check(z.refine((value) => !/^-|[\s;#]|^$/.test(value), {
  error: (issue) => `"${issue.input}" is not one word, or starts with "-"`,
}));

/** A map whose keys are checked as well. */
export function mapOf<T extends z.ZodMiniType>(
  isKey: (key: string) => boolean,
  value: T,
  error: (key: string) => string = (key) => `"${key}" cannot be a key here`,
) {
  return map(value).check(({ value: entries, issues }) => {
    for (const key of Object.keys(entries)) {
      if (isKey(key)) continue;
      issues.push({ code: "custom", path: [key], message: error(key), input: entries, continue: true });
    }
  });
}

/** A boolean, for which cloud-init takes the numbers 0 and 1 as well. */
export const flag = preprocess((value) => value === "1" ? "true" : value === "0" ? "false" : value, yamlFlag);

/**
 * A map with known keys. Nothing after its key is the empty map, and nothing after one of its keys is the same as
 * no such key, unless nothing has a meaning there: whole sections of a file are often commented out but for the key.
 */
export function mapWith<S extends z.core.$ZodLooseShape>(
  shape: S,
): z.ZodMiniType<z.output<ReturnType<typeof record<S>>>> {
  const isMissing = (key: string, value: unknown) => {
    const schema = value === null && Object.hasOwn(shape, key) ? shape[key] as z.ZodMiniType : undefined;
    return schema !== undefined && !schema.safeParse(null).success && schema.safeParse(undefined).success;
  };
  return preprocess((value) => {
    if (value === null) return {};
    if (typeof value !== "object" || Array.isArray(value) || value instanceof Uint8Array) return value;
    const entries = Object.entries(value);
    if (!entries.some(([key, inner]) => isMissing(key, inner))) return value;
    return Object.fromEntries(entries.filter(([key, inner]) => !isMissing(key, inner)));
  }, record(shape));
}
