/**
 * The JSON Schema of configuration files, for editors that complete and check as one types.
 *
 * @module
 */
import * as z from "zod";

type Node = { [key: string]: unknown };

const WORDS = ["true", "false", "yes", "no", "on", "off", "y", "n"] as const;

/** Upper and lower case spellings of the words that YAML 1.1 takes for booleans. */
const BOOLEAN_PATTERN = `^(${
  WORDS.map((word) => [...word].map((char) => `[${char}${char.toUpperCase()}]`).join("")).join("|")
})$`;

/** What an editor sees where lxops sees text: it takes `3.20` for a number and `~` for null. */
const SCALARS = {
  text: { type: ["string", "number", "boolean", "null"] },
  flag: { anyOf: [{ type: ["boolean", "null"] }, { type: "string", pattern: BOOLEAN_PATTERN }] },
  integer: { anyOf: [{ type: "integer" }, { type: "string", pattern: "^[-+]?[0-9]+$" }] },
  octal: { anyOf: [{ type: "integer" }, { type: "string", pattern: "^(0o)?[0-7]{1,5}$" }] },
} as const;

function scalarOf(node: Node): object | undefined {
  const { yaml } = node;
  return typeof yaml === "string" && Object.hasOwn(SCALARS, yaml)
    ? SCALARS[yaml as keyof typeof SCALARS]
    : undefined;
}

/** Rewrites a schema of values into one of what files may say for them. */
function asWritten(node: Node): Node {
  const { description, examples } = node;
  const about = { ...(description ? { description } : {}), ...(examples ? { examples } : {}) };
  const scalar = scalarOf(node);
  if (scalar) return { ...about, ...scalar };
  if (Array.isArray(node.enum)) return { ...about, enum: [...node.enum, null] };
  if (node.items) {
    const list = { type: ["array", "null"], items: asWritten(node.items as Node) };
    if (node.yaml !== "words") return { ...about, ...list };
    return { ...about, anyOf: [list, { type: "string" }] };
  }
  if (node.properties) {
    const properties = Object.entries(node.properties as Record<string, Node>).map((
      [key, inner],
    ) => [key, asWritten(inner)]);
    return {
      ...about,
      type: ["object", "null"],
      properties: Object.fromEntries(properties),
      ...(node.required ? { required: node.required } : {}),
      patternProperties: { "^x-": true },
      additionalProperties: false,
    };
  }
  if (typeof node.additionalProperties === "object" && node.additionalProperties !== null) {
    return {
      ...about,
      type: ["object", "null"],
      additionalProperties: asWritten(node.additionalProperties as Node),
    };
  }
  if (Array.isArray(node.anyOf)) {
    return {
      ...about,
      anyOf: node.anyOf.map((inner) => asWritten(inner as Node)),
    };
  }
  return about;
}

/** Makes the JSON Schema of a file from the schema that lxops itself checks it with. */
export function jsonSchema(schema: z.ZodType, title: string, description: string): object {
  const plain = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" });
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title,
    description,
    ...asWritten(plain as Node),
  };
}
