/**
 * `users` and `groups`: missing accounts are created, existing ones are updated, except for their ids, home
 * directories and passwords.
 *
 * @module
 */
import { type Context, defineSection, type Remark, type ValuesOf } from "../../model/section.ts";
import type { Check } from "../../model/check.ts";
import type { Draft } from "../../model/item.ts";
import { quote } from "../../../base/shell.ts";
import { assign, pipeInto } from "../../model/print.ts";
import { KEPT } from "../../shell/ids.ts";
import { passwordDraft } from "./passwords.ts";
import { type Account, accountsOf, type AccountValues } from "./accounts.ts";
import { dayNumber, isNone, keys, type User } from "./user_schema.ts";

type Values = ValuesOf<typeof keys>;

/** Returns the lines that tell the functions for accounts about the ids of an old root filesystem. */
function knownLines({ ids }: Context): string[] {
  return ids ? [assign("lxops_kept", KEPT), assign("lxops_floor", String(ids.floor ?? ""))] : [];
}

function accountScript(user: User, context: Context): string {
  const { os, order } = context;
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
  const lines = variables.map(([name, value]) => assign(name, value));
  return [...lines, ...knownLines(context), "lxops_user"].join("\n");
}

/** Reports whether a rule below `sudo` is one for doas: the Go lxops wrote both from there. */
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

/** Returns the name of a user's files of rules: sudo and doas ignore files with a dot; no account has a plus. */
function rulesFile({ name }: User): string {
  return name.replaceAll(/[.$]/g, "+");
}

function bytes(lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
}

/** Returns the rules of a user for sudo. */
function sudoRules({ name, sudo = [] }: User): readonly string[] {
  return sudo.filter((rule) => !isDoas(rule)).map((rule) => `${name} ${rule}`);
}

/** Returns the checks of a user: the account, and its files of rules. */
function checksOf(user: User): readonly Check[] {
  const rules = (path: string, lines: readonly string[]): Check[] =>
    lines.length === 0 ? [] : [{
      kind: "file",
      path,
      content: bytes(["# Made by lxops", ...lines]),
      mode: "0440",
      owner: "root:root",
      inDirectory: true,
    }];
  return [
    {
      kind: "user",
      name: user.name,
      ...(user.uid === undefined ? {} : { uid: String(user.uid) }),
      ...(user.gecos ? { gecos: user.gecos } : {}),
      ...(user.homedir ? { home: user.homedir } : {}),
      ...(user.shell ? { shell: user.shell } : {}),
      ...(user.primary_group ? { primary: user.primary_group } : {}),
      ...(user.expiredate ? { expires: String(dayNumber(user.expiredate)) } : {}),
      ...(user.inactive ? { inactive: user.inactive } : {}),
      groups: user.groups ?? [],
    },
    ...rules(`/etc/sudoers.d/${rulesFile(user)}`, sudoRules(user)),
    ...user.sudo?.length === 0
      ? [{ kind: "absent", path: `/etc/sudoers.d/${rulesFile(user)}` } as const]
      : [],
    ...rules(`/etc/doas.d/${rulesFile(user)}.conf`, user.sudo || user.doas ? doasRules(user) : []),
  ];
}

function rightsScript(user: User, order: "lxops" | "cloud-init"): string[] {
  const lines: string[] = [];
  const file = quote(rulesFile(user));
  const doas = doasRules(user);
  if (user.sudo) {
    const how = order === "cloud-init" ? "make" : doas.length > 0 ? "or-doas" : "tell";
    lines.push(pipeInto(bytes(sudoRules(user)), `lxops_sudo ${file} ${how}`));
  }
  if (user.sudo || user.doas) {
    lines.push(pipeInto(bytes(doas), `lxops_doas ${file} ${user.doas ? "make" : "quiet"}`));
  }
  return lines;
}

/** Makes the item of a snap user, whose name and keys come from an Ubuntu account; other keys have no effect. */
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
    checks: checksOf(user),
  };
  const password = passwordDraft(user, path);
  return password ? [account, password] : [account];
}

/** Makes one item for each account, and another if the file has a password for it. */
function userItems(values: AccountValues, context: Context): Draft[] {
  return [...accountsOf(values, context.os).users.values()].flatMap((account) =>
    userDrafts(account, context)
  );
}

/** Tells whether a file makes a user itself. */
function isMade(values: AccountValues, { os }: Context): (name: string) => boolean {
  const { users } = accountsOf(values, os);
  return (name) => users.has(name);
}

/** Makes the items of `groups`. Users that the file makes become members once they exist. */
function groupItems({ groups = [], ...values }: Values & AccountValues, context: Context): Draft[] {
  const isLater = isMade(values, context);
  return groups.map(({ name, members }, index): Draft => {
    const first = members.filter((member) => !isLater(member));
    return {
      section: "groups",
      path: ["groups", index],
      title: `Make group ${name}`,
      script: [
        ...knownLines(context),
        `lxops_group ${quote(name)}`,
        ...first.map((member) => `lxops_member ${quote(member)} ${quote(name)}`),
      ].join("\n"),
      helpers: ["groups"],
      content: [name, members],
      checks: [{ kind: "group", name, members: first }],
    };
  });
}

/** Makes the items that add the users of a file to its groups. */
function memberItems({ groups = [], ...values }: Values & AccountValues, context: Context): Draft[] {
  const isLater = isMade(values, context);
  return groups.flatMap(({ name, members: all }, index): readonly Draft[] => {
    const members = all.filter(isLater);
    return members.length === 0 ? [] : [{
      section: "groups",
      path: ["groups", index],
      title: `Add ${members.join(", ")} to group ${name}`,
      script: members.map((member) => `lxops_member ${quote(member)} ${quote(name)}`).join("\n"),
      helpers: ["groups"],
      content: ["members", name, members],
      checks: [{ kind: "group", name, members }],
    }];
  });
}

const EMPTY_SUDO =
  'An empty list gives no rights; the Go program gave all rights, for which lxops has "sudo: true"';
const NONE = '"None" means no account; cloud-init would import the keys of an account of that name';
const NO_REDIRECT = "This has no effect: it applies to keys of a cloud provider";

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
    ) => [...groupItems(values, context), ...userItems(values, context), ...memberItems(values, context)],
  },
  remarks,
});
