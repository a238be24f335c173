/**
 * Flags of a build, noted on its image.
 *
 * @module
 */
import * as z from "zod/mini";
import type { BuiltImage } from "../../../plan/image/properties.ts";

const optionsSchema = z.object({
  check: z.optional(z.array(z.string())),
  "host-key": z.optional(z.string()),
  compression: z.optional(z.string()),
  split: z.optional(z.boolean()),
  vm: z.optional(z.boolean()),
  set: z.optional(z.array(z.string())),
  properties: z.optional(z.record(z.string(), z.string())),
});

/** Returns the flags of the last build; properties that do not parse count as none. */
export function optionsOf({ options }: Pick<BuiltImage, "options">): z.output<typeof optionsSchema> {
  const found = optionsSchema.safeParse(jsonOf(options));
  return found.success ? found.data : {};
}

/** Returns the `-P` values of the last build, as the command line has them. */
export function parametersOf({ parameters }: Pick<BuiltImage, "parameters">): readonly string[] {
  const found = z.record(z.string(), z.string()).safeParse(jsonOf(parameters));
  return Object.entries(found.success ? found.data : {}).map(([key, value]) => `${key}=${value}`);
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
}
