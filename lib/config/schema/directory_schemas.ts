/**
 * The schemas of keys of a directory's configuration, which other files do without.
 *
 * @module
 */
import * as z from "zod/mini";
import { preprocess } from "../../base/schemas.ts";
import { expected, field, flag, map, quoted, text } from "./fields.ts";

const absent = (value: unknown) => value === null || value === "" ? undefined : value;

/** Turns a list of `NAME=VALUE` and `NAME` into a map. */
function listed(value: unknown): unknown {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) return value;
  return Object.fromEntries(value.map((item) => {
    const at = item.indexOf("=");
    return at < 0 ? [item, null] : [item.slice(0, at), item.slice(at + 1)];
  }));
}

/** The value of `directory` for files whose instance gets everything of its directory but devices. */
const NO_DEVICES = "no-devices";

/** A schema for whether the conventions of directories hold: a flag, or a word for all but devices. */
const conventions = z.union([z.enum([NO_DEVICES]), flag], {
  error: (issue) => expected(`"true", "false" or "${NO_DEVICES}"`, issue.input, quoted),
}).register(z.globalRegistry, { kind: `true or false or ${NO_DEVICES}` });

/** The keys of a directory's configuration. */
export const directoryKeys = {
  directory: field(preprocess(absent, z.optional(conventions)), {
    description:
      "Whether the conventions of directories hold for this file; see `help directory`. The default is yes for a file " +
      "called lxops.yaml, and no for others. With no-devices, conf/, bin/ and data/ are not attached, and the rest holds. " +
      "Included files are not asked.",
    merge: "not inherited",
    takes: "what the conventions add",
  }),
  environment: field(
    preprocess(listed, map(text)).register(z.globalRegistry, { yaml: "names" }),
    {
      default: {},
      description:
        "Settings of a directory, as in compose files: a map, or a list of NAME=VALUE. A name without a value has that " +
        "of .env or of the environment of lxops. They are not put into the instance's own environment.",
      examples: [{ DOMAIN: "example.org", TZ: "Europe/Berlin" }],
      merge: "not inherited",
      takes: "what the settings are used in",
    },
  ),
} as const;
