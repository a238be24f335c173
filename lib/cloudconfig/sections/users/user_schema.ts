/**
 * The schema of `users` and `groups` in all forms that cloud-init reads.
 *
 * @module
 */
import * as z from "zod/mini";
import { integer, list, text } from "../../../config/schema/fields.ts";
import { preprocess, transform } from "../../../base/schemas.ts";
import { flag, hasControl, line, mapOf, mapWith } from "../../model/fields.ts";

/** The names that useradd accepts, which need no quoting in files and options. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,30}\$?$/;

/** Reports whether useradd and groupadd accept a name. */
export function isAccountName(name: string): boolean {
  return NAME.test(name);
}

function notName(name: unknown): string {
  return `"${name}" is not the name of a user or group: a letter or "_", then letters, digits, "_", "." or "-"`;
}

/** A schema for the name of a user or group. */
export const accountName = transform(text, (name) => name.trim()).check(z.refine(isAccountName, {
  error: (issue) => notName(issue.input),
}));

/** A schema for a field of the password file. */
const field = text.check(z.refine((value) => !hasControl(value) && !value.includes(":"), {
  error: `This value must not contain a colon or a control character`,
}));

const path = field.check(z.refine((value) => value === "" || value.startsWith("/"), {
  error: (issue) => `"${issue.input}" is not an absolute path`,
}));

/** Returns a schema for a list that can be written as text with separators, or as the keys of a map. */
function loose<T extends z.ZodMiniType>(item: T, separator: string | RegExp) {
  return preprocess((value) => {
    if (typeof value === "string") return value.split(separator).filter((part) => part.trim() !== "");
    return value !== null && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : value;
  }, list(item));
}

/** A schema for one or several public keys. */
export const publicKeys = transform(
  preprocess((value) => {
    if (typeof value === "string") return value.split(/\r?\n/).filter((part) => part.trim() !== "");
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.values(value)
      : value;
  }, list(line)),
  (keys) => keys.map((key) => key.trim()).filter((key) => key !== ""),
);

/** Reports whether a value is `None`, which examples of cloud-init use for no account. */
export function isNone(value: unknown): boolean {
  return value === "None";
}

/** A schema for accounts of Launchpad and GitHub, such as `lp:name` and `gh:name`. */
export const importedIds = preprocess(
  (value) => isNone(value) ? [] : typeof value === "string" ? value.split(/[\s,]+/) : value,
  list(text.check(z.refine((id) => /^(?:[a-z]+:)?[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(id), {
    error: (issue) => `"${issue.input}" is not a valid account: use gh:name or lp:name`,
  }))),
);

const EVERYTHING = "ALL=(ALL) NOPASSWD:ALL";

/** A schema for sudo rules: `true` allows everything without a password; `false` and nothing are no rule. */
const rules = transform(
  preprocess((value) => {
    if (typeof value !== "string") return value;
    if (/^(?:true|yes|on)$/i.test(value)) return [EVERYTHING];
    return /^(?:false|no|off|0|)$/i.test(value) ? [] : [value];
  }, list(line)),
  (all) => all.filter((rule) => rule.trim() !== ""),
);

/** The name that stands for the default user of the system; an entry without a name describes it, too. */
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
    error: "A date must have the form 2030-12-31",
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
    error: (issue) => `"${issue.input}" is not a valid email address`,
  }))),
} as const;

/** Replaces dashes by underscores in known keys. Unknown keys stay unchanged, for messages about them. */
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

/** A user of a file. */
export type User = Readonly<z.output<typeof user>>;

/** Returns the days since 1970 of a date like `2030-12-31`, or `NaN` for other text. */
export function dayNumber(date: string): number {
  return /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(date) / 86_400_000 : NaN;
}

/** Flattens a list of users: text with commas, nested lists, or a map of names. */
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

/** A group and its members. */
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
