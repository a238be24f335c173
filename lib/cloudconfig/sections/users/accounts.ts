/**
 * Determines the users of a file: those that it lists, and the default user of the system.
 *
 * @module
 */
import type { OSType } from "../../model/ostype.ts";
import { DEFAULT, type User } from "./user_schema.ts";

/** The values of a file that determine its users. */
export interface AccountValues {
  readonly users?: readonly User[] | undefined;
  readonly user?: User | undefined;
  readonly password?: string | undefined;
  readonly ssh_authorized_keys?: readonly string[] | undefined;
  readonly ssh_import_id?: readonly string[] | undefined;
}

/** A user, merged from all entries of a file about it. */
export interface Account {
  readonly user: User;
  /** The place of the first of these entries. */
  readonly path: readonly (string | number)[];
}

/** The users of a file by name, and the name of its default user if it has one. */
export interface Accounts {
  readonly users: ReadonlyMap<string, Account>;
  readonly defaultName?: string;
}

/** Merges users: each field comes from the first of them that has it, as in cloud-init. */
function merged(first: User, ...others: readonly User[]): User {
  return Object.assign({}, ...[...others].reverse(), first);
}

/** Returns the default user of the system with the changes of `user:`. */
function systemUser(values: AccountValues, { defaultUser }: OSType): User {
  const { name, gecos, shell, groups, sudo, doas } = defaultUser;
  const system: User = {
    name,
    gecos,
    shell,
    groups: [...groups],
    ...(sudo ? { sudo: [...sudo] } : {}),
    ...(doas ? { doas: [...doas] } : {}),
  };
  if (!values.user) return system;
  return merged(values.user.name === DEFAULT ? { ...values.user, name } : values.user, system);
}

/**
 * Lists the users of a file in order. A file without a list of users that has a key about the default user has that
 * user, as in cloud-init's default configuration.
 */
function listed(values: AccountValues): readonly Account[] {
  const users = (values.users ?? []).map((user, index): Account => ({ user, path: ["users", index] }));
  const key = (["user", "password", "ssh_authorized_keys", "ssh_import_id"] as const).find((key) => {
    const value = values[key];
    return Array.isArray(value) ? value.length > 0 : value;
  });
  if (key === undefined || (values.users && key !== "user")) return users;
  return [...users, { user: { name: DEFAULT }, path: [key] }];
}

/** Finds the users of a file. */
export function accountsOf(values: AccountValues, os: OSType): Accounts {
  const users = new Map<string, Account>();
  for (const { user, path } of listed(values)) {
    const before = users.get(user.name);
    users.set(user.name, before ? { ...before, user: merged(before.user, user) } : { user, path });
  }
  const wanted = users.get(DEFAULT);
  if (!wanted) return { users };
  const system = systemUser(values, os);
  const { name } = system;
  const own = users.get(name);
  const user = merged(own?.user ?? { name }, { ...wanted.user, name }, system);
  const groups = [...new Set([...own?.user.groups ?? [], ...system.groups ?? []])];
  users.delete(DEFAULT);
  // Cloud-init makes this user after the others, unless it has an entry under its own name.
  users.set(name, { user: { ...user, groups }, path: wanted.path });
  return { users, defaultName: name };
}
