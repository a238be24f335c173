/**
 * `mounts`: bind mounts and file systems in memory; containers cannot have others.
 *
 * @module
 */
import * as z from "zod/mini";
import { text } from "../../../config/schema/fields.ts";
import { preprocess } from "../../../base/schemas.ts";
import { quote } from "../../../base/shell.ts";
import type { Draft } from "../../model/item.ts";
import { defineSection, type Remark, type ValuesOf } from "../../model/section.ts";

const field = preprocess((value) => value === null ? "" : value, text).check(z.refine(
  // deno-lint-ignore no-control-regex
  (value) => !/[\u0000-\u001f]/.test(value),
  { error: "A field of a mount must not contain control characters" },
));

const mount = z.array(field, { error: "A mount is a list of up to six fields" }).check(
  z.minLength(1),
  z.maxLength(6),
);

const keys = {
  mounts: z.optional(preprocess(
    (value) => value === null ? [] : value,
    z.array(mount, { error: "A list is expected here" }),
  )),
  mount_default_fields: z.optional(mount),
} as const;

type Values = ValuesOf<typeof keys>;

const KINDS = /^(?:tmpfs|ramfs|none|overlay|bind|rbind)$/;

/** Escapes blanks, backslashes and a leading `#` for fstab. */
function escaped(value: string): string {
  return value.replaceAll("\\", "\\134").replaceAll(" ", "\\040").replace(/^#/, "\\043");
}

/** Returns the mounts of a file, completed by the default fields. */
function mountsOf({ mounts = [], mount_default_fields: given }: Values): readonly (readonly string[])[] {
  const defaults = given ?? ["", "", "auto", "defaults,nofail", "0", "2"];
  return mounts.map((fields) => Array.from({ length: 6 }, (_, at) => fields[at] || defaults[at] || ""));
}

/** Explains why a container cannot have a mount; returns `undefined` if it can. */
function whyNot([source = "", target = "", type = "", options = ""]: readonly string[]): string | undefined {
  if (!target.startsWith("/")) return `"${source}" has no absolute mount point`;
  const bind = options.split(",").some((option) => option === "bind" || option === "rbind");
  return bind || KINDS.test(type)
    ? undefined
    : `"${source}" is neither a bind mount nor a file system in memory`;
}

/** Finds the mounts of a file that are left out. */
function unmountable(values: Values): Remark[] {
  return mountsOf(values).flatMap((fields, index) => {
    const why = whyNot(fields);
    return why === undefined ? [] : [{ path: ["mounts", index], message: `${why}; left out` }];
  });
}

/** Flags that take rights away, each with the option that gives them back. */
const FLAGS: Readonly<Record<string, string>> = {
  suid: "nosuid",
  exec: "noexec",
  dev: "nodev",
  rw: "ro",
};

/** Returns the flags that options come to; not those of bind mounts, for which not every mount program sets them. */
function flagsOf(options: readonly string[]): readonly string[] {
  if (options.some((option) => /^r?bind$/.test(option))) return [];
  const flags = new Set<string>();
  for (const option of options) {
    if (option === "defaults") flags.clear();
    else if (Object.hasOwn(FLAGS, option)) flags.delete(FLAGS[option]!);
    else if (Object.values(FLAGS).includes(option)) flags.add(option);
  }
  return [...flags];
}

/** Makes an item for each mount: a line in fstab, and the mount itself. */
function mountItems(values: Values): Draft[] {
  return mountsOf(values).flatMap((fields, index): Draft[] => {
    if (whyNot(fields) !== undefined) return [];
    const [source = "", target = "", type = "", options = "", dump = "", pass = ""] = fields;
    const flags = flagsOf(options.split(","));
    const line = [
      escaped(source),
      escaped(target),
      escaped(type),
      escaped(`${options},comment=cloudconfig`),
      escaped(dump || "0"),
      escaped(pass || "0"),
    ];
    return [{
      section: "mounts",
      path: ["mounts", index],
      title: `Mount ${source} at ${target}`,
      script: ["lxops_mount", ...[escaped(target), target, line.join("\t"), ...flags].map(quote)].join(" "),
      helpers: ["mounts"],
      content: [source, target, type, options, dump, pass],
      target: `mount:${target}`,
      checks: [{
        kind: "mount",
        field: escaped(target),
        line: line.join("\t"),
        mounted: !options.split(",").includes("noauto"),
        ...(flags.length > 0 ? { flags } : {}),
      }],
    }];
  });
}

/** `mounts` and `mount_default_fields`. */
export const mounts = defineSection({ keys, items: { mounts: mountItems }, remarks: unmountable });
