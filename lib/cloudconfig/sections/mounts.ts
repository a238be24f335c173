/**
 * `mounts`: bind mounts and memory file systems; others are not for containers.
 *
 * @module
 */
import * as z from "zod/mini";
import { text } from "../../config/fields.ts";
import { preprocess } from "../../schemas.ts";
import { quote } from "../../shell.ts";
import type { CloudConfig } from "../config.ts";
import type { Draft } from "../item.ts";

const field = preprocess((value) => value === null ? "" : value, text).check(z.refine(
  // deno-lint-ignore no-control-regex
  (value) => !/[\u0000-\u001f]/.test(value),
  { error: "A field of a mount has no control characters in it" },
));

const mount = z.array(field, { error: "A mount is a list of up to six fields" }).check(
  z.minLength(1),
  z.maxLength(6),
);

/** The keys of a cloud-config that this module reads. */
export const mountKeys = {
  mounts: z.optional(preprocess(
    (value) => value === null ? [] : value,
    z.array(mount, { error: "A list is expected here" }),
  )),
  mount_default_fields: z.optional(mount),
} as const;

const KINDS = /^(?:tmpfs|ramfs|none|overlay|bind|rbind)$/;

/** Blanks are written in octal in the table of file systems. */
function escaped(value: string): string {
  return value.replaceAll("\\", "\\134").replaceAll(" ", "\\040");
}

/** Makes an item of each mount: a line of the table, and the mount itself. */
export function mountItems({ values }: CloudConfig): Draft[] {
  const defaults = values.mount_default_fields ?? ["", "", "auto", "defaults,nofail", "0", "2"];
  return (values.mounts ?? []).map((given, index): Draft => {
    const [source = "", target = "", type = "", options = "", dump = "", pass = ""] = Array.from(
      { length: 6 },
      (_, at) => given[at] || defaults[at] || "",
    );
    const bind = options.split(",").some((option) => option === "bind" || option === "rbind");
    const base = {
      section: "mounts",
      path: ["mounts", index],
      content: [source, target, type, options, dump, pass],
    };
    if (target === "" || (!bind && !KINDS.test(type))) {
      const why = target === "" ? "has no place to be mounted at" : "is not a bind mount or a tmpfs";
      return {
        ...base,
        title: `Leave out the mount of ${source}`,
        script: `echo ${quote(`lxops: ${source} ${why}`)}`,
      };
    }
    const line = [
      escaped(source),
      escaped(target),
      type,
      `${options},comment=cloudconfig`,
      dump || "0",
      pass || "0",
    ];
    return {
      ...base,
      title: `Mount ${source} at ${target}`,
      script: `lxops_mount ${quote(escaped(target))} ${quote(target)} ${quote(line.join("\t"))}`,
      helpers: ["mounts"],
      target: `mount:${target}`,
    };
  });
}
