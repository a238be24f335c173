/**
 * The keys of `apt`, and the names that its templates know.
 *
 * @module
 */
import * as z from "zod/mini";
import { list, map, text } from "../../../config/schema/fields.ts";
import { transform } from "../../../base/schemas.ts";
import { flag, hasControl, line, mapOf, mapWith, noNul } from "../../model/fields.ts";
import { laterValues, templateProblem, type TemplateValues } from "../../model/template.ts";

const uri = line.check(z.refine((value) => !/[\s"\\]/.test(value), {
  error: (issue) => `"${issue.input}" is not an address`,
}));
const keyId = transform(line, (id) => id.replaceAll(/\s|^0x/g, "")).check(z.refine(
  (id) => /^[0-9A-Fa-f]{8,40}$/.test(id),
  {
    error: "The id of a key is 8 to 40 hexadecimal digits",
  },
));
const key = {
  key: z.optional(noNul),
  keyid: z.optional(keyId),
  keyserver: z.optional(uri),
} as const;
const fileName = line.check(z.refine((name) => /^[\w./:@+~-]+$/.test(name) && !name.includes(".."), {
  error: (issue) => `"${issue.input}" is not a valid file name`,
}));

const mirror = mapWith({
  arches: z.optional(list(line)),
  uri: z.optional(uri),
  search: z.optional(list(uri)),
  search_dns: z.optional(flag),
  ...key,
});

function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text));
  } catch {
    return false;
  }
}

/** The key of a source, or its id and server. */
export type Keyed = Readonly<
  { key?: string | undefined; keyid?: string | undefined; keyserver?: string | undefined }
>;

/** The shell variables that `lxops_apt_facts` sets, by their names in cloud-init. */
export const NAMES: TemplateValues = laterValues({
  RELEASE: "release",
  MIRROR: "mirror",
  PRIMARY: "mirror",
  SECURITY: "security",
  mirror: "mirror",
  primary: "mirror",
  security: "security",
});
/** The names that a list of sources can use. */
export const LIST_NAMES: TemplateValues = {
  ...NAMES,
  ...laterValues({ codename: "release", release: "release" }),
};
const KEYED_NAMES: TemplateValues = { ...NAMES, ...laterValues({ KEY_FILE: "key" }) };

interface Problems {
  readonly issues: {
    push(issue: { code: "custom"; path: string[]; message: string; input: unknown }): unknown;
  };
}

/** Adds an issue for a text that cannot be rendered. */
function checkTemplate(
  text: string | undefined,
  names: TemplateValues,
  path: string[],
  { issues }: Problems,
): void {
  const message = text === undefined ? undefined : templateProblem(text, names);
  if (message !== undefined) issues.push({ code: "custom", path, message, input: text });
}

/** Returns the names that a source can use: among them the file of its key, if it has one. */
export function namesOf(entry: Keyed): TemplateValues {
  return entry.key === undefined && entry.keyid === undefined ? NAMES : KEYED_NAMES;
}

/** The schema of `apt`. */
export const keys = {
  apt: z.optional(transform(
    mapWith({
      preserve_sources_list: z.optional(flag),
      disable_suites: z.optional(list(line)),
      primary: z.optional(list(mirror)),
      security: z.optional(list(mirror)),
      add_apt_repo_match: z.optional(
        text.check(z.refine(isPattern, { error: "This is not a valid regular expression" })),
      ),
      debconf_selections: z.optional(map(text)),
      sources_list: z.optional(noNul),
      conf: z.optional(text),
      proxy: z.optional(uri),
      http_proxy: z.optional(uri),
      https_proxy: z.optional(uri),
      ftp_proxy: z.optional(uri),
      sources: z.optional(mapOf(
        (name) => name !== "" && !hasControl(name) && !name.includes(".."),
        transform(
          mapWith({
            source: z.optional(noNul),
            filename: z.optional(fileName),
            append: z.optional(flag),
            ...key,
          }),
          (entry, context) => {
            checkTemplate(entry.source, namesOf(entry), ["source"], context);
            return entry;
          },
        ),
      )),
    }),
    (apt, context) => {
      if (apt.sources_list) checkTemplate(apt.sources_list, LIST_NAMES, ["sources_list"], context);
      for (const [index, suite] of (apt.disable_suites ?? []).entries()) {
        checkTemplate(suite, LIST_NAMES, ["disable_suites", String(index)], context);
      }
      return apt;
    },
  )),
} as const;
