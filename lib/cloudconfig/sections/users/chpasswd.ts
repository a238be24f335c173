/**
 * `chpasswd`, `password` and `ssh_pwauth`: passwords of existing users, and logins by password over SSH.
 *
 * @module
 */
import * as z from "zod/mini";
import { list, oneOf } from "../../../config/schema/fields.ts";
import { preprocess, transform } from "../../../base/schemas.ts";
import { type Context, defineSection, type ValuesOf } from "../../model/section.ts";
import { flag, line, mapWith } from "../../model/fields.ts";
import type { Draft } from "../../model/item.ts";
import { accountsOf, type AccountValues } from "./accounts.ts";
import { type Password, passwordItem } from "./passwords.ts";
import { accountName, isAccountName } from "./user_schema.ts";

const HASH = /^\$(?:1|2[abxy]|5|6|7|y|gy)(?:\$[^:]+){2}$/;

/** A line `user:password` of the older form; `R` and `RANDOM` stand for a generated password. */
const pair = transform(
  line.check(z.refine((text) => text.includes(":") && isAccountName(text.split(":", 1)[0]?.trim() ?? ""), {
    error: "A line must have the form user:password",
  })),
  (text): Password => {
    const name = text.slice(0, text.indexOf(":")).trim();
    const value = text.slice(text.indexOf(":") + 1);
    if (value === "R" || value === "RANDOM") return { name, random: true };
    return { name, value, hashed: HASH.test(value) };
  },
);

const entry = transform(
  mapWith({
    name: accountName,
    password: z.optional(line),
    type: z.optional(oneOf(["hash", "text", "RANDOM"])),
  }),
  ({ name, password, type = "hash" }): Password =>
    type === "RANDOM" || password === undefined
      ? { name, random: true }
      : { name, value: password, hashed: type === "hash" },
);

const keys = {
  chpasswd: z.optional(mapWith({
    expire: z.optional(flag),
    users: z.optional(list(entry)),
    list: z.optional(preprocess(
      (value) =>
        typeof value === "string" ? value.split(/\r?\n/).filter((text) => text.trim() !== "") : value,
      list(pair),
    )),
  })),
  password: z.optional(line),
  ssh_pwauth: z.optional(preprocess(
    (value) => value === "unchanged" || value === null ? undefined : value,
    z.optional(flag),
  )),
} as const;

type Values = ValuesOf<typeof keys>;

/** Makes the items that set passwords. */
function chpasswdItems(values: Values & AccountValues, { os }: Context): Draft[] {
  const { chpasswd = {}, password } = values;
  const expire = chpasswd.expire ?? true;
  const make = (each: Password, path: readonly (string | number)[]) =>
    passwordItem({ ...each, ...(expire ? { expire } : {}) }, "chpasswd", path);
  const given = [
    ...(chpasswd.list ?? []).map((each, index) => make(each, ["chpasswd", "list", index])),
    ...(chpasswd.users ?? []).map((each, index) => make(each, ["chpasswd", "users", index])),
  ];
  const { defaultName } = accountsOf(values, os);
  if (given.length > 0 || !password || defaultName === undefined) return given;
  return [make({ name: defaultName, value: password, hashed: HASH.test(password) }, ["password"])];
}

/** Makes the item that allows or forbids logins with passwords in sshd. */
function passwordLoginItems({ ssh_pwauth: wanted }: Values): Draft[] {
  if (wanted === undefined) return [];
  return [{
    section: "ssh_pwauth",
    path: ["ssh_pwauth"],
    title: `${wanted ? "Allow" : "Forbid"} SSH logins with passwords`,
    script: `lxops_sshd PasswordAuthentication ${
      wanted ? "yes" : "no"
    } && lxops_service try-restart ssh sshd`,
    helpers: ["sshd"],
    content: wanted,
    target: "sshd:PasswordAuthentication",
    checks: [{ kind: "sshd", keyword: "PasswordAuthentication", value: wanted ? "yes" : "no" }],
  }];
}

/** `chpasswd`, `password` and `ssh_pwauth`. */
export const passwords = defineSection<typeof keys, AccountValues>({
  keys,
  items: { logins: (values, context) => [...chpasswdItems(values, context), ...passwordLoginItems(values)] },
});
