/**
 * The JSON Schema of configuration files, for editors.
 *
 * @module
 */
import type * as z from "zod/mini";
import { DURATION } from "../../base/durations.ts";
import { isRequired, metaOf, unwrap } from "./structure.ts";

type Node = { [key: string]: unknown };

const WORDS = ["true", "false", "yes", "no", "on", "off", "y", "n"] as const;

/** A pattern for the booleans of YAML 1.1 in upper and lower case. */
const BOOLEAN_PATTERN = `^(${
  WORDS.map((word) => [...word].map((char) => `[${char}${char.toUpperCase()}]`).join("")).join("|")
})$`;

/** The JSON types of scalars: an editor takes `3.20` for a number and `~` for null, where lxops reads text. */
const SCALARS = {
  text: { type: ["string", "number", "boolean", "null"] },
  flag: { anyOf: [{ type: ["boolean", "null"] }, { type: "string", pattern: BOOLEAN_PATTERN }] },
  integer: { anyOf: [{ type: "integer" }, { type: "string", pattern: "^[-+]?[0-9]+$" }] },
  duration: { anyOf: [{ const: 0 }, { type: "string", pattern: DURATION.source }] },
  octal: { anyOf: [{ type: "integer" }, { type: "string", pattern: "^(0o)?[0-7]{1,5}$" }] },
} as const;

/** Returns the JSON Schema of the text that a schema accepts. */
function asWritten(schema: z.ZodMiniType): Node {
  const { description, examples, yaml = "" } = metaOf(schema);
  const about = { ...(description ? { description } : {}), ...(examples ? { examples } : {}) };
  if (Object.hasOwn(SCALARS, yaml)) return { ...about, ...SCALARS[yaml as keyof typeof SCALARS] };
  const { entries, element, shape, valueType, options } = unwrap(schema);
  if (entries) return { ...about, enum: [...Object.values(entries), null] };
  if (element) {
    const list = { type: ["array", "null"], items: asWritten(element) };
    return yaml === "words" ? { ...about, anyOf: [list, { type: "string" }] } : { ...about, ...list };
  }
  if (shape) {
    const fields = Object.entries(shape);
    const required = fields.filter(([, field]) => isRequired(field)).map(([key]) => key);
    return {
      ...about,
      type: ["object", "null"],
      properties: Object.fromEntries(fields.map(([key, field]) => [key, asWritten(field)])),
      ...(required.length > 0 ? { required } : {}),
      patternProperties: { "^x-": true },
      additionalProperties: false,
    };
  }
  if (valueType) {
    const map = { type: ["object", "null"], additionalProperties: asWritten(valueType) };
    const names = { type: "array", items: { type: ["string", "number"] } };
    return yaml === "names" ? { ...about, anyOf: [map, names] } : { ...about, ...map };
  }
  return options ? { ...about, anyOf: options.map(asWritten) } : about;
}

/** Returns the JSON Schema of files that a schema checks. */
export function jsonSchema(schema: z.ZodMiniType, title: string, description: string): object {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title,
    description,
    ...asWritten(schema),
  };
}
