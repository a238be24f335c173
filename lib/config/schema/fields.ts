/**
 * Schemas for values of YAML files. Every scalar arrives as its text, so that `3.20` stays `3.20`; these say
 * what a field makes of it. `null` (`~`, or nothing after the colon) is the empty value of each kind.
 *
 * @module
 */
import * as z from "zod/mini";
import { preprocess } from "../../base/schemas.ts";
import { textOf } from "../../base/utf8.ts";

/** Text that YAML 1.1 reads as a boolean. */
const BOOLEANS: Readonly<Record<string, boolean>> = {
  y: true,
  yes: true,
  true: true,
  on: true,
  n: false,
  no: false,
  false: false,
  off: false,
};

const RESERVED = "__proto__";

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Uint8Array) return "bytes that are not UTF-8";
  return typeof value === "object" ? "a map" : "text";
}

/** The end of a message: what is there instead, or that nothing is. */
function expected(what: string, value: unknown, found: (value: unknown) => string = kindOf): string {
  return value === undefined
    ? `Missing; ${what} is expected`
    : `${what[0]?.toUpperCase()}${what.slice(1)} is expected here, not ${found(value)}`;
}

/** Bytes become text only where they are some: anything else would silently be other text. */
function decode(value: unknown): unknown {
  return value === null ? "" : value instanceof Uint8Array ? textOf(value) ?? value : value;
}

/** Text as it is written; nothing is the empty text. */
export const text = preprocess(
  decode,
  z.string({ error: (issue) => expected("text", issue.input) })
    .check(z.refine((value) => value.isWellFormed(), { error: "Half of a surrogate pair is no text" })),
).register(z.globalRegistry, { yaml: "text" });

/** A boolean as YAML 1.1 has them: true/false, yes/no, on/off, y/n in any case; nothing is false. */
export const flag = preprocess(
  (value) =>
    value === null ? false : typeof value === "string" ? BOOLEANS[value.toLowerCase()] ?? value : value,
  z.boolean({ error: (issue) => expected(`"true" or "false"`, issue.input, quoted) }),
).register(z.globalRegistry, { yaml: "flag" });

/** A whole number in decimal. */
export const integer = preprocess(
  (value) => typeof value === "string" && /^[-+]?\d{1,15}$/.test(value) ? Number(value) : value,
  z.number({ error: (issue) => expected("a whole number", issue.input, quoted) }),
).register(z.globalRegistry, { yaml: "integer" });

/** Permission bits in octal: `0644`, `644`, `0o644`, quoted or not. */
export const octal = preprocess(
  (value) =>
    typeof value === "string" && /^(?:0o)?[0-7]{1,5}$/.test(value)
      ? parseInt(value.replace("0o", ""), 8)
      : value,
  z.number({
    error: (issue) => expected(`an octal mode like "0644"`, issue.input, quoted),
  }),
).register(z.globalRegistry, { yaml: "octal" });

function quoted(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : kindOf(value);
}

/** A list; nothing is the empty one. A single value is an error, as a list was probably meant. */
export function list<T extends z.ZodMiniType>(item: T) {
  return preprocess(
    (value) => value === null ? [] : value,
    z.array(item, { error: (issue) => expected("a list", issue.input) }),
  );
}

/** A map with keys of the user's choice; nothing is the empty one. */
export function map<T extends z.ZodMiniType>(value: T) {
  return preprocess(
    (value, context) => {
      if (typeof value === "object" && value !== null && Object.hasOwn(value, RESERVED)) {
        const message = `"${RESERVED}" cannot be a key`; // It would be lost, as JavaScript gives it a meaning.
        context.issues.push({ code: "custom", message, input: value, path: [RESERVED] });
      }
      return value === null ? {} : value;
    },
    z.record(z.string(), value, { error: (issue) => expected("a map", issue.input) }),
  );
}

/** A map with known keys; `check()` turns unknown ones into warnings. */
export function record<S extends z.core.$ZodLooseShape>(shape: S) {
  return z.strictObject(shape, {
    error: (issue) => issue.code === "invalid_type" ? expected("a map", issue.input) : undefined,
  });
}

/** What is said about a field to those who write files; `kind` and `yaml` are its type, for help and editors. */
interface About {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly kind?: string;
  readonly yaml?: string;
}

/** A schema with what is said about it, and with what stands where there is none: without a default, nothing. */
export function field<S extends z.ZodMiniType>(
  schema: S,
  about: About & { readonly default: z.core.util.NoUndefined<z.output<S>> },
): z.ZodMiniDefault<S>;
export function field<S extends z.ZodMiniType>(schema: S, about: About): S;
export function field(schema: z.ZodMiniType, about: About & { readonly default?: unknown }): z.ZodMiniType {
  const { default: value, ...said } = about;
  const own = value === undefined ? schema.clone() : z._default(schema, value as never);
  return own.register(z.globalRegistry, said);
}

/** One of some words. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, {
    error: (issue) => expected(`one of ${words.map((word) => `"${word}"`).join(", ")}`, issue.input, quoted),
  });
}
