/**
 * `users` and `groups`: an account that is missing is made, one that exists is brought up to date; ids, home
 * directories and passwords of an existing one are left as they are.
 *
 * @module
 */
import type { CloudConfig } from "../config.ts";
import type { Draft } from "../item.ts";
import type { OSType } from "../ostype.ts";
import { quote } from "../../shell.ts";
import { assign, pipeInto } from "../print.ts";
import { passwordDraft } from "./passwords.ts";
import type { User, UserEntry } from "./user_keys.ts";

/** What users depend on besides their own file. */
export interface UserContext {
  readonly os: OSType;
  /** How the system's defaults are chosen: as upstream does it, or as cloud-init does. */
  readonly order: "lxops" | "cloud-init";
  /** The files before this one: a user's keys add up over all files. */
  readonly earlier: readonly CloudConfig[];
}

function defaultUser({ defaultUser }: OSType): User {
  const { name, gecos, shell, groups, sudo, doas } = defaultUser;
  return {
    name,
    gecos,
    shell,
    groups: [...groups],
    ...(sudo ? { sudo: [...sudo] } : {}),
    ...(doas ? { doas: [...doas] } : {}),
  };
}

/** Entries of one name are one user: later fields win, groups and keys add up. */
export function mergeUsers(
  entries: readonly UserEntry[],
  os: OSType,
): ReadonlyMap<string, User & { index: number }> {
  const users = new Map<string, User & { index: number }>();
  for (const [index, entry] of entries.entries()) {
    const user = entry === "default" ? defaultUser(os) : entry;
    const before = users.get(user.name);
    const union = (key: "groups" | "ssh_authorized_keys") => {
      const all = [...before?.[key] ?? [], ...user[key] ?? []];
      return before?.[key] || user[key] ? { [key]: [...new Set(all)] } : {};
    };
    users.set(user.name, {
      ...before,
      ...user,
      ...union("groups"),
      ...union("ssh_authorized_keys"),
      index: before?.index ?? index,
    });
  }
  return users;
}

/** The keys of a user in these files, each once; `undefined` where no file speaks of keys. */
function keysOf(name: string, configs: readonly CloudConfig[], os: OSType): readonly string[] | undefined {
  const lists = configs.map(({ values }) =>
    mergeUsers(values.users ?? [], os).get(name)?.ssh_authorized_keys
  );
  const given = lists.filter((keys) => keys !== undefined);
  return given.length === 0 ? undefined : [...new Set(given.flat())];
}

function accountScript(user: User, { os, order }: UserContext): string {
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
    ["expire_day", user.expiredate ? String(Date.parse(user.expiredate) / 86_400_000) : ""],
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
  const bytes = (text: string) => new TextEncoder().encode(text);
  const file = quote(user.name.replaceAll(/[.$]/g, "_"));
  if (user.sudo) {
    const rules = user.sudo.filter((rule) => !isDoas(rule)).map((rule) => `${user.name} ${rule}\n`);
    const make = order === "cloud-init" ? " make" : "";
    lines.push(pipeInto(bytes(rules.join("")), `lxops_sudo ${file}${make}`));
  }
  if (user.sudo || user.doas) {
    const rules = doasRules(user).map((rule) => `${rule}\n`);
    lines.push(pipeInto(bytes(rules.join("")), `lxops_doas ${file}${user.doas ? " make" : ""}`));
  }
  return lines;
}

function userDrafts(user: User & { index: number }, config: CloudConfig, context: UserContext): Draft[] {
  const keys = user.ssh_authorized_keys && keysOf(user.name, [...context.earlier, config], context.os);
  const rights = rightsScript(user, context.order);
  const { index, passwd: _1, hashed_passwd: _2, plain_text_passwd: _3, ...rest } = user;
  const path = ["users", index];
  const script = [
    accountScript(user, context),
    ...rights,
    ...(keys
      ? [pipeInto(new TextEncoder().encode(keys.map((key) => `${key}\n`).join("")), "lxops_keys")]
      : []),
  ].join("\n");
  const account: Draft = {
    section: "users",
    path,
    title: `Set up user ${user.name}`,
    script,
    helpers: ["user", ...(rights.length > 0 ? ["rights" as const] : []), ...(keys ? ["keys" as const] : [])],
    content: [rest, keys ?? null],
    target: `user:${user.name}`,
  };
  const password = passwordDraft(user, path);
  return password ? [account, password] : [account];
}

/** Makes the items of `users`: one for each account, and one for its password where the file has one. */
export function userItems(config: CloudConfig, context: UserContext): Draft[] {
  const users = mergeUsers(config.values.users ?? [], context.os);
  return [...users.values()].flatMap((user) => userDrafts(user, config, context));
}

/** Makes the items of `groups`. */
export function groupItems({ values }: CloudConfig): Draft[] {
  return (values.groups ?? []).map(({ name, members }, index): Draft => ({
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
