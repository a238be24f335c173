/**
 * The schemas of keys that replace a flag of `up`.
 *
 * @module
 */
import * as z from "zod/mini";
import { preprocess } from "../../base/schemas.ts";
import { field, oneOf } from "./fields.ts";
import { CONSENTS } from "./keys.ts";

const absent = (value: unknown) => value === null || value === "" ? undefined : value;

function consent(description: string) {
  const schema = preprocess(absent, z.optional(oneOf(CONSENTS)));
  return field(schema, { description, merge: "the including file wins", takes: "nothing" });
}

/** The keys of a configuration file for `up`. */
export const consentKeys = {
  restart: consent(
    "Whether `up` restarts the instance where a change takes that. manual (the default): only with --restart. auto: by " +
      "itself.",
  ),
  rebuild: consent(
    "Whether `up` rebuilds the instance where a change takes that, such as another image. manual (the default): only " +
      "with --rebuild. auto: by itself; it also restarts.",
  ),
} as const;
