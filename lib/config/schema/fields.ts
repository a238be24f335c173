/**
 * Schemas for values of YAML files. Every scalar arrives as text, so that `3.20` stays `3.20`, and a schema converts
 * it. `null` (`~`, or nothing after the colon) is the empty value of each kind.
 *
 * @module
 */
import * as z from "zod/mini";
import { secondsOf } from "../../base/durations.ts";
import { preprocess } from "../../base/schemas.ts";
import { textOf } from "../../base/bytes.ts";

/** The words that YAML 1.1 reads as booleans. */
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

/** Returns a message with the expected and the found value. */
export function expected(what: string, value: unknown, found: (value: unknown) => string = kindOf): string {
  return value === undefined
    ? `Missing; ${what} is expected`
    : `${what[0]?.toUpperCase()}${what.slice(1)} is expected here, not ${found(value)}`;
}

/** Decodes bytes only if they are UTF-8: otherwise the result would be other text. */
function decode(value: unknown): unknown {
  return value === null ? "" : value instanceof Uint8Array ? textOf(value) ?? value : value;
}

/** A schema for text. Nothing is the empty text. */
export const text = preprocess(
  decode,
  z.string({ error: (issue) => expected("text", issue.input) })
    .check(z.refine((value) => value.isWellFormed(), { error: "This text has half of a surrogate pair" })),
).register(z.globalRegistry, { yaml: "text" });

/** A schema for booleans of YAML 1.1: true/false, yes/no, on/off, y/n in any case. Nothing is false. */
export const flag = preprocess(
  (value) =>
    value === null ? false : typeof value === "string" ? BOOLEANS[value.toLowerCase()] ?? value : value,
  z.boolean({ error: (issue) => expected(`"true" or "false"`, issue.input, quoted) }),
).register(z.globalRegistry, { yaml: "flag" });

/** A schema for a whole number in decimal. */
export const integer = preprocess(
  (value) => typeof value === "string" && /^[-+]?\d{1,15}$/.test(value) ? Number(value) : value,
  z.number({ error: (issue) => expected("a whole number", issue.input, quoted) }),
).register(z.globalRegistry, { yaml: "integer" });

/** A schema for permission bits in octal: `0644`, `644`, `0o644`, quoted or not. */
export const octal = preprocess(
  (value) =>
    typeof value === "string" && /^(?:0o)?[0-7]{1,5}$/.test(value)
      ? parseInt(value.replace("0o", ""), 8)
      : value,
  z.number({
    error: (issue) => expected(`an octal mode like "0644"`, issue.input, quoted),
  }),
).register(z.globalRegistry, { yaml: "octal" });

/** A schema for a duration, which becomes seconds. */
export const duration = preprocess(
  (value) => typeof value === "string" ? secondsOf(value) ?? value : value,
  z.number({
    error: ({ input }) =>
      `A duration like "30s" or "1m30s" is expected here${
        typeof input === "string" ? `, not "${input}"` : ""
      }`,
  }),
).register(z.globalRegistry, { yaml: "duration" });

/** Returns a text in quotes, or the kind of another value. */
export function quoted(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : kindOf(value);
}

/** Returns a schema for a list. Nothing is the empty list; a single value is an error. */
export function list<T extends z.ZodMiniType>(item: T) {
  return preprocess(
    (value) => value === null ? [] : value,
    z.array(item, { error: (issue) => expected("a list", issue.input) }),
  );
}

/** Returns a schema for a map with any keys. Nothing is the empty map. */
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

/** Returns a schema for a map with known keys; `validate()` turns unknown keys into warnings. */
export function record<S extends z.core.$ZodLooseShape>(shape: S) {
  return z.strictObject(shape, {
    error: (issue) => issue.code === "invalid_type" ? expected("a map", issue.input) : undefined,
  });
}

/** The description of a field for users; `kind` and `yaml` are its type, for help and editors. */
interface About {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly kind?: string;
  readonly yaml?: string;
  /** Rule for merging values of included files. */
  readonly merge?: string;
  /** The daemons that can do it, where not all can. */
  readonly daemons?: string;
  /** Consequence of a change. */
  readonly takes?: string;
}

/** Returns a schema with a description and, if one is given, a default. */
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

/** Returns a schema for one of some words. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, {
    error: (issue) => expected(`one of ${words.map((word) => `"${word}"`).join(", ")}`, issue.input, quoted),
  });
}

/** Returns a schema that checks each value by the one of several that a function chooses by its place. */
export function oneBy<const T extends readonly z.ZodMiniType[]>(
  choose: (value: unknown) => number,
  schemas: T,
): z.ZodMiniUnion<T> {
  const chosen = z.union(schemas);
  const run: typeof chosen._zod.run = (payload, context) =>
    schemas[choose(payload.value)]!._zod.run(payload, context) as ReturnType<typeof chosen._zod.run>;
  // The union itself would look at each of them, and make those that are made when they are needed.
  for (const [name, value] of Object.entries({ run, parse: run, optin: undefined, optout: undefined })) {
    Object.defineProperty(chosen._zod, name, { value });
  }
  return chosen;
}
