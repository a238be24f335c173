/**
 * `users` and `groups`: an account that is missing is made, one that exists is brought up to date; ids, home
 * directories and passwords of an existing one are left as they are.
 *
 * @module
 */
import { type Context, defineSection, type Remark, type ValuesOf } from "../../model/section.ts";
import type { Draft } from "../../model/item.ts";
import { quote } from "../../../base/shell.ts";
import { assign, pipeInto } from "../../model/print.ts";
import { passwordDraft } from "./passwords.ts";
import { type Account, accountsOf, type AccountValues } from "./accounts.ts";
import { dayNumber, isNone, keys, type User } from "./user_schema.ts";

type Values = ValuesOf<typeof keys>;

function accountScript(user: User, { os, order }: Context): string {
  const yes = (value: boolean | undefined) => value ? "yes" : "";
  const shell = user.shell || (order === "lxops" ? os.shell : "");
  const variables: [string, string][] = [
    ["name", user.name],
    ["uid", user.uid === undefined ? "" : String(user.uid)],
    ["gecos", user.gecos ?? ""],
    ["home", user.homedir ?? ""],
    ["shell", shell],
    ["wanted_shell", user.shell ?? ""],
    ["group", user.primary_group ?? ""],
    ["groups", (user.groups ?? []).join(" ")],
    ["keep_groups", yes(user.create_groups === false)],
    ["no_home", yes(user.no_create_home || user.system)],
    ["no_group", yes(user.no_user_group)],
    ["no_log", yes(user.no_log_init)],
    ["system", yes(user.system)],
    ["expire", user.expiredate ?? ""],
    ["expire_day", user.expiredate ? String(dayNumber(user.expiredate)) : ""],
    ["inactive", user.inactive ?? ""],
    ["selinux", user.selinux_user ?? ""],
    ["no_password", os.noPassword],
  ];
  return [...variables.map(([name, value]) => assign(name, value)), "lxops_user"].join("\n");
}

/** Rules that upstream's files have for doas are in their `sudo`, as upstream writes both from there. */
function isDoas(rule: string): boolean {
  return /^(?:permit|deny)\b/.test(rule);
}

function doasRules(user: User): string[] {
  const rules = user.sudo ?? [];
  const everything = rules.some((rule) => /^ALL\s*=\s*\(ALL(?::ALL)?\)\s*NOPASSWD:\s*ALL$/.test(rule));
  return [
    ...rules.filter(isDoas).map((rule) => `${rule} ${user.name}`),
    ...(user.doas ?? (everything ? [`permit nopass ${user.name}`] : [])),
  ];
}

function rightsScript(user: User, order: "lxops" | "cloud-init"): string[] {
  const lines: string[] = [];
  const bytes = (rules: readonly string[]) =>
    new TextEncoder().encode(rules.map((rule) => `${rule}\n`).join(""));
  // Neither sudo nor doas reads a file with a dot in its name, and no account has a plus.
  const file = quote(user.name.replaceAll(/[.$]/g, "+"));
  const doas = doasRules(user);
  if (user.sudo) {
    const rules = user.sudo.filter((rule) => !isDoas(rule)).map((rule) => `${user.name} ${rule}`);
    const how = order === "cloud-init" ? "make" : doas.length > 0 ? "or-doas" : "tell";
    lines.push(pipeInto(bytes(rules), `lxops_sudo ${file} ${how}`));
  }
  if (user.sudo || user.doas) {
    lines.push(pipeInto(bytes(doas), `lxops_doas ${file} ${user.doas ? "make" : "quiet"}`));
  }
  return lines;
}

/** Ubuntu's account of that address has name and keys; nothing else that is said about the user counts. */
function snapUser(address: string, path: Account["path"]): Draft {
  return {
    section: "users",
    path,
    title: `Make the snap user ${address}`,
    script: `snap create-user --sudoer --json ${quote(address)}`,
    content: ["snapuser", address],
  };
}

function userDrafts({ user, path }: Account, context: Context): Draft[] {
  const rights = rightsScript(user, context.order);
  const {
    passwd: _1,
    hashed_passwd: _2,
    plain_text_passwd: _3,
    ssh_authorized_keys: _4,
    ssh_import_id: _5,
    ssh_redirect_user: _6,
    snapuser,
    ...content
  } = user;
  if (snapuser !== undefined) return [snapUser(snapuser, path)];
  const account: Draft = {
    section: "users",
    path,
    title: `Set up user ${user.name}`,
    script: [accountScript(user, context), ...rights].join("\n"),
    helpers: ["user", ...(rights.length > 0 ? ["rights" as const] : [])],
    content,
    target: `user:${user.name}`,
  };
  const password = passwordDraft(user, path);
  return password ? [account, password] : [account];
}

/** Makes the items of `users`: one for each account, and one for its password where the file has one. */
function userItems(values: AccountValues, context: Context): Draft[] {
  return [...accountsOf(values, context.os).users.values()].flatMap((account) =>
    userDrafts(account, context)
  );
}

/** Makes the items of `groups`. */
function groupItems({ groups = [] }: Values): Draft[] {
  return groups.map(({ name, members }, index): Draft => ({
    section: "groups",
    path: ["groups", index],
    title: `Make group ${name}`,
    script: `lxops_group ${quote(name)}${
      members.map((member) => `\nlxops_member ${quote(member)} ${quote(name)}`).join("")
    }`,
    helpers: ["groups"],
    content: [name, members],
  }));
}

const EMPTY_SUDO =
  'An empty list gives no rights; the Go program gave all of them, which is "sudo: true" here';
const NONE = '"None" is taken for no account; cloud-init would ask for the keys of an account of that name';
const NO_REDIRECT = "This has no effect: it is about the keys that a cloud gives, and there is none here";

function remarks(values: Values, data: unknown): Remark[] {
  const own = values.user?.ssh_redirect_user
    ? [{ path: ["user", "ssh_redirect_user"], message: NO_REDIRECT }]
    : [];
  const listed = (values.users ?? []).flatMap(({ sudo, ssh_redirect_user: redirect }, index): Remark[] => {
    const entry = (data as { users?: Record<string, unknown>[] }).users?.[index] ?? {};
    const empty = sudo?.length === 0 && Array.isArray(entry["sudo"]);
    const none = ["ssh_import_id", "ssh-import-id"].filter((key) => isNone(entry[key]));
    return [
      ...none.map((key) => ({ path: ["users", index, key], message: NONE })),
      ...(redirect ? [{ path: ["users", index, "ssh_redirect_user"], message: NO_REDIRECT }] : []),
      ...(empty ? [{ path: ["users", index, "sudo"], message: EMPTY_SUDO }] : []),
    ];
  });
  return [...own, ...listed];
}

/** `users`, `user` and `groups`. */
export const users = defineSection<typeof keys, AccountValues>({
  keys,
  items: {
    users: (
      values: Values & AccountValues,
      context,
    ) => [...groupItems(values), ...userItems(values, context)],
  },
  remarks,
});
