/**
 * The keys of `users` and `groups`, in all the forms that cloud-init reads.
 *
 * @module
 */
import * as z from "zod/mini";
import { integer, list, text } from "../../../config/schema/fields.ts";
import { preprocess, transform } from "../../../base/schemas.ts";
import { flag, hasControl, line, mapOf, mapWith } from "../../model/fields.ts";

/** Names of users and groups: what useradd takes, so that they need no care in files and options. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,30}\$?$/;

/** Whether useradd and groupadd take this name. */
export function isAccountName(name: string): boolean {
  return NAME.test(name);
}

function notName(name: unknown): string {
  return `"${name}" is not the name of a user or group: a letter or "_", then letters, digits, "_", "." or "-"`;
}

/** The name of a user or group. */
export const accountName = transform(text, (name) => name.trim()).check(z.refine(isAccountName, {
  error: (issue) => notName(issue.input),
}));

/** Text that is a field of the password file. */
const field = text.check(z.refine((value) => !hasControl(value) && !value.includes(":"), {
  error: `This value cannot have a colon or a control character in it`,
}));

const path = field.check(z.refine((value) => value === "" || value.startsWith("/"), {
  error: (issue) => `"${issue.input}" is not an absolute path`,
}));

/** A list that may be written as text with separators, or as the keys of a map. */
function loose<T extends z.ZodMiniType>(item: T, separator: string | RegExp) {
  return preprocess((value) => {
    if (typeof value === "string") return value.split(separator).filter((part) => part.trim() !== "");
    return value !== null && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : value;
  }, list(item));
}

/** Public keys, one or several; a key has no line ends in it. */
export const publicKeys = transform(
  preprocess((value) => {
    if (typeof value === "string") return value.split(/\r?\n/).filter((part) => part.trim() !== "");
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.values(value)
      : value;
  }, list(line)),
  (keys) => keys.map((key) => key.trim()).filter((key) => key !== ""),
);

/** Whether this is Python's word for nothing, which examples have, and not an account of that name. */
export function isNone(value: unknown): boolean {
  return value === "None";
}

/** Accounts of Launchpad and GitHub, as `lp:name` and `gh:name`. */
export const importedIds = preprocess(
  (value) => isNone(value) ? [] : typeof value === "string" ? value.split(/[\s,]+/) : value,
  list(text.check(z.refine((id) => /^(?:[a-z]+:)?[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(id), {
    error: (issue) => `"${issue.input}" is not an account; one is written as gh:name or lp:name`,
  }))),
);

const EVERYTHING = "ALL=(ALL) NOPASSWD:ALL";

/** Rules of sudo; `true` is everything without a password, `false`, nothing and an empty list are no rule. */
const rules = transform(
  preprocess((value) => {
    if (typeof value !== "string") return value;
    if (/^(?:true|yes|on)$/i.test(value)) return [EVERYTHING];
    return /^(?:false|no|off|0|)$/i.test(value) ? [] : [value];
  }, list(line)),
  (all) => all.filter((rule) => rule.trim() !== ""),
);

/** What a map without a name is about, and what stands for the user that the system is expected to have. */
export const DEFAULT = "default";

const SHAPE = {
  name: z._default(accountName, DEFAULT),
  gecos: z.optional(field),
  uid: z.optional(
    integer.check(z.refine((uid) => uid >= 0 && uid < 2 ** 32 - 1, { error: "This is not a user id" })),
  ),
  shell: z.optional(path),
  homedir: z.optional(path),
  no_create_home: z.optional(flag),
  no_user_group: z.optional(flag),
  no_log_init: z.optional(flag),
  system: z.optional(flag),
  primary_group: z.optional(accountName),
  groups: z.optional(loose(accountName, ",")),
  create_groups: z.optional(flag),
  expiredate: z.optional(text.check(z.refine((day) => day === "" || !Number.isNaN(dayNumber(day)), {
    error: "A date is written as 2030-12-31",
  }))),
  inactive: z.optional(
    text.check(z.refine((days) => /^-?\d*$/.test(days), { error: "A number of days is expected here" })),
  ),
  selinux_user: z.optional(field),
  lock_passwd: z.optional(flag),
  passwd: z.optional(field),
  hashed_passwd: z.optional(field),
  plain_text_passwd: z.optional(line),
  sudo: z.optional(rules),
  doas: z.optional(preprocess((value) => typeof value === "string" ? [value] : value, list(line))),
  ssh_authorized_keys: z.optional(publicKeys),
  ssh_import_id: z.optional(importedIds),
  ssh_redirect_user: z.optional(flag),
  snapuser: z.optional(line.check(z.refine((address) => /^[^-\s]\S*@\S+$/.test(address), {
    error: (issue) => `"${issue.input}" is not an address of electronic mail`,
  }))),
} as const;

/** Keys that are known with underscores may have dashes; others stay as they are, to be named as they are. */
function underscored(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const name = key.replaceAll("-", "_");
      return [Object.hasOwn(SHAPE, name) ? name : key, inner];
    }),
  );
}

const user = preprocess(
  (value) => value === null ? undefined : typeof value === "string" ? { name: value } : underscored(value),
  mapWith(SHAPE),
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
  transform(accountName, (name) => [{ name, members: [] as readonly string[] }]),
  transform(
    mapOf(isAccountName, loose(accountName, ","), notName),
    (groups) => Object.entries(groups).map(([name, members]) => ({ name, members })),
  ),
], { error: "The name of a group, or a map of a group to its members, is expected here" });

/** A group and who is in it. */
export interface Group {
  readonly name: string;
  readonly members: readonly string[];
}

/** The schemas of `users`, `user` and `groups`. */
export const keys = {
  users: z.optional(preprocess(flatUsers, list(user))),
  user: z.optional(user),
  groups: z.optional(transform(
    preprocess((value) => {
      if (typeof value === "string") return value.split(",").filter((name) => name.trim() !== "");
      return value !== null && typeof value === "object" && !Array.isArray(value) ? [value] : value;
    }, list(groupEntry)),
    (all): readonly Group[] => all.flat(),
  )),
} as const;
