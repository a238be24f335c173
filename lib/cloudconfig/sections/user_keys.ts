/**
 * The keys of `users` and `groups`, in all the forms that cloud-init reads.
 *
 * @module
 */
import * as z from "zod";
import { flag, integer, list, map, record, text } from "../../config/fields.ts";

/** Names of users and groups: what useradd takes, so that they need no care in files and options. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,30}\$?$/;
// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

/** The name of a user or group. */
export const accountName = text.transform((name) => name.trim()).refine((name) => NAME.test(name), {
  error: (issue) =>
    `"${issue.input}" is not the name of a user or group: a letter or "_", then letters, digits, "_", "." or "-"`,
});

/** Text that is a field of the password file. */
const field = text.refine((value) => !CONTROL.test(value) && !value.includes(":"), {
  error: `This value cannot have a colon or a control character in it`,
});

/** Text on one line. */
export const line = text.refine((value) => !CONTROL.test(value), {
  error: "This value must be one line without control characters",
});

const path = field.refine((value) => value === "" || value.startsWith("/"), {
  error: (issue) => `"${issue.input}" is not an absolute path`,
});

/** A list that may be written as text with separators, or as the keys of a map. */
function loose<T extends z.ZodType>(item: T, separator: string | RegExp) {
  return z.preprocess((value) => {
    if (typeof value === "string") return value.split(separator).filter((part) => part.trim() !== "");
    return value !== null && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : value;
  }, list(item));
}

/** Public keys, one or several; a key has no line ends in it. */
export const publicKeys = z.preprocess((value) => {
  if (typeof value === "string") return value.split(/\r?\n/).filter((part) => part.trim() !== "");
  return value !== null && typeof value === "object" && !Array.isArray(value) ? Object.values(value) : value;
}, list(line)).transform((keys) => keys.map((key) => key.trim()).filter((key) => key !== ""));

/** Accounts of Launchpad and GitHub, as `lp:name` and `gh:name`. */
export const importedIds = z.preprocess(
  (value) => typeof value === "string" ? value.split(/[\s,]+/) : value,
  list(text.refine((id) => /^(?:[a-z]+:)?[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(id), {
    error: (issue) => `"${issue.input}" is not an account; one is written as gh:name or lp:name`,
  })),
);

const EVERYTHING = "ALL=(ALL) NOPASSWD:ALL";

/** Rules of sudo; `true` is everything without a password, `false`, nothing and an empty list are no rule. */
const rules = z.preprocess((value) => {
  if (typeof value !== "string") return value;
  if (/^(?:true|yes|on)$/i.test(value)) return [EVERYTHING];
  return /^(?:false|no|off|)$/i.test(value) ? [] : [value];
}, list(line)).transform((all) => all.filter((rule) => rule.trim() !== ""));

/** What a map without a name is about, and what stands for the user that the system is expected to have. */
export const DEFAULT = "default";

function underscored(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.replaceAll("-", "_"), inner]));
}

const user = z.preprocess(
  (value) => typeof value === "string" ? { name: value } : underscored(value),
  record({
    name: accountName.default(DEFAULT),
    gecos: field.optional(),
    uid: integer.refine((uid) => uid >= 0 && uid < 2 ** 32 - 1, { error: "This is not a user id" })
      .optional(),
    shell: path.optional(),
    homedir: path.optional(),
    no_create_home: flag.optional(),
    no_user_group: flag.optional(),
    no_log_init: flag.optional(),
    system: flag.optional(),
    primary_group: accountName.optional(),
    groups: loose(accountName, ",").optional(),
    create_groups: flag.optional(),
    expiredate: text.refine((day) => day === "" || !Number.isNaN(dayNumber(day)), {
      error: "A date is written as 2030-12-31",
    }).optional(),
    inactive: text.refine((days) => /^-?\d*$/.test(days), { error: "A number of days is expected here" })
      .optional(),
    selinux_user: field.optional(),
    lock_passwd: flag.optional(),
    passwd: field.optional(),
    hashed_passwd: field.optional(),
    plain_text_passwd: line.optional(),
    sudo: rules.optional(),
    doas: z.preprocess((value) => typeof value === "string" ? [value] : value, list(line)).optional(),
    ssh_authorized_keys: publicKeys.optional(),
    ssh_import_id: importedIds.optional(),
    ssh_redirect_user: flag.optional(),
    snapuser: line.refine((address) => /^[^-\s]\S*@\S+$/.test(address), {
      error: (issue) => `"${issue.input}" is not an address of electronic mail`,
    }).optional(),
  }),
);

/** A user as a file describes it. */
export type User = Readonly<z.output<typeof user>>;

/** Days since 1970 of a date like `2030-12-31`; `NaN` where it is none. */
export function dayNumber(date: string): number {
  return /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(date) / 86_400_000 : NaN;
}

/** Every form of a list of users as one list: text with commas, nested lists, and a map of names. */
function flatUsers(value: unknown): unknown {
  if (typeof value === "string") {
    return value.split(",").map((name) => name.trim()).filter((name) => name !== "");
  }
  if (Array.isArray(value)) {
    return value.flatMap((one) =>
      Array.isArray(one) || typeof one === "string" ? flatUsers(one) : one === null ? [] : [one]
    );
  }
  if (value === null || typeof value !== "object") return value;
  return Object.entries(value).flatMap(([name, fields]) => {
    if (fields !== null && typeof fields === "object") return [{ ...fields, name }];
    return /^(?:true|yes|on|1)$/i.test(String(fields)) ? [{ name }] : [];
  });
}

const groupEntry = z.union([
  accountName.transform((name) => [{ name, members: [] as readonly string[] }]),
  map(loose(accountName, ",")).transform((groups) =>
    Object.entries(groups).map(([name, members]) => ({ name, members }))
  ),
], { error: "The name of a group, or a map of a group to its members, is expected here" });

/** A group and who is in it. */
export interface Group {
  readonly name: string;
  readonly members: readonly string[];
}

/** The keys of a cloud-config that have to do with users. */
export const userKeys = {
  users: z.preprocess(flatUsers, list(user)).optional(),
  user: user.optional(),
  groups: z.preprocess((value) => {
    if (typeof value === "string") return value.split(",").filter((name) => name.trim() !== "");
    return value !== null && typeof value === "object" && !Array.isArray(value) ? [value] : value;
  }, list(groupEntry)).transform((all): readonly Group[] => all.flat()).optional(),
} as const;
