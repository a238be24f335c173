/**
 * Reads the structure and descriptions of schemas, for the help topics and the JSON Schema.
 *
 * @module
 */
import * as z from "zod/mini";

/** The parts of a schema that are described. */
export interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodMiniType;
  readonly getter?: () => z.ZodMiniType;
  readonly in?: z.ZodMiniType;
  readonly out?: z.ZodMiniType;
  readonly element?: z.ZodMiniType;
  readonly valueType?: z.ZodMiniType;
  readonly options?: readonly z.ZodMiniType[];
  readonly entries?: Readonly<Record<string, string>>;
  readonly shape?: Readonly<Record<string, z.ZodMiniType>>;
}

/** The description of a schema; see `field()`. */
export interface Meta {
  readonly kind?: string;
  readonly yaml?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly merge?: string;
  readonly daemons?: string;
  readonly takes?: string;
}

function definition(schema: z.ZodMiniType): Definition {
  return schema._zod.def as unknown as Definition;
}

/** Returns the schema inside a default, an optional value or a conversion: that of the text in files. */
function inner(def: Definition): z.ZodMiniType | undefined {
  if (def.type === "lazy") return def.getter?.();
  if (def.type !== "pipe" || !def.in) return def.innerType;
  return definition(def.in).type === "transform" ? def.out : def.in;
}

/** Returns the definition inside defaults, optional values and conversions. */
export function unwrap(schema: z.ZodMiniType): Definition {
  const def = definition(schema);
  const wrapped = inner(def);
  return wrapped ? unwrap(wrapped) : def;
}

/** Returns the description of a schema, or that of the schema that it wraps. */
export function metaOf(schema: z.ZodMiniType): Meta {
  const wrapped = inner(definition(schema));
  return { ...(wrapped ? metaOf(wrapped) : {}), ...z.globalRegistry.get(schema) as Meta | undefined };
}

/** Reports whether a map must have the key of a schema. */
export function isRequired(schema: z.ZodMiniType): boolean {
  const def = definition(schema);
  if (def.type === "default" || def.type === "optional") return false;
  const wrapped = inner(def);
  return wrapped ? isRequired(wrapped) : true;
}
