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

/** Reports whether a text has a control character. */
export function hasControl(value: string): boolean {
  return CONTROL.test(value);
}

/** A schema for text on one line. */
export const line = text.check(z.refine((value) => !hasControl(value), {
  error: "This value must be one line without control characters",
}));

/** A schema for text of any lines without NUL, which a shell cannot read. */
export const noNul = text.check(z.refine((value) => !value.includes("\0"), {
  error: "This value must not contain a NUL character",
}));

/** A schema for one word that no program takes for an option. */
export const word = line.check(z.refine((value) => !/^-|[\s;#]|^$/.test(value), {
  error: (issue) => `"${issue.input}" is not one word, or starts with "-"`,
}));

/** Returns a schema for a map whose keys are checked as well. */
export function mapOf<T extends z.ZodMiniType>(
  isKey: (key: string) => boolean,
  value: T,
  error: (key: string) => string = (key) => `"${key}" is not a valid key here`,
) {
  return map(value).check(({ value: entries, issues }) => {
    for (const key of Object.keys(entries)) {
      if (isKey(key)) continue;
      issues.push({ code: "custom", path: [key], message: error(key), input: entries, continue: true });
    }
  });
}

/** A schema for a boolean, which can be the number 0 or 1 as in cloud-init. */
export const flag = preprocess((value) => value === "1" ? "true" : value === "0" ? "false" : value, yamlFlag);

/**
 * Returns a schema for a map with known keys. Nothing is the empty map; a key without a value counts as absent unless
 * its schema accepts nothing, because sections are often commented out but for the key.
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
