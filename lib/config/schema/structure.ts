/**
 * What the schemas of configuration files are made of, for those who describe these files: the help topics and
 * the JSON Schema.
 *
 * @module
 */
import * as z from "zod/mini";

/** What a schema was made with, as far as it is described. */
export interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodMiniType;
  readonly in?: z.ZodMiniType;
  readonly out?: z.ZodMiniType;
  readonly element?: z.ZodMiniType;
  readonly valueType?: z.ZodMiniType;
  readonly options?: readonly z.ZodMiniType[];
  readonly entries?: Readonly<Record<string, string>>;
  readonly shape?: Readonly<Record<string, z.ZodMiniType>>;
}

/** What is said about a schema; see `field()`. */
export interface Meta {
  readonly kind?: string;
  readonly yaml?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
}

function definition(schema: z.ZodMiniType): Definition {
  return schema._zod.def as unknown as Definition;
}

/** The schema that a default, an optional value or a conversion is about: what files are to have. */
function inner(def: Definition): z.ZodMiniType | undefined {
  if (def.type !== "pipe" || !def.in) return def.innerType;
  return definition(def.in).type === "transform" ? def.out : def.in;
}

/** What is inside defaults, optional values and conversions. */
export function unwrap(schema: z.ZodMiniType): Definition {
  const def = definition(schema);
  const wrapped = inner(def);
  return wrapped ? unwrap(wrapped) : def;
}

/** What is said about a schema, by itself or by what it wraps. */
export function metaOf(schema: z.ZodMiniType): Meta {
  const wrapped = inner(definition(schema));
  return { ...(wrapped ? metaOf(wrapped) : {}), ...z.globalRegistry.get(schema) as Meta | undefined };
}

/** Whether a map must have the key that a schema is for. */
export function isRequired(schema: z.ZodMiniType): boolean {
  const def = definition(schema);
  if (def.type === "default" || def.type === "optional") return false;
  const wrapped = inner(def);
  return wrapped ? isRequired(wrapped) : true;
}
