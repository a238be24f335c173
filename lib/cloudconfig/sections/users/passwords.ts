/**
 * Passwords of users. They are items of their own, so that changing anything else about a user in a file
 * leaves a password alone that was changed in the instance since.
 *
 * @module
 */
import type { Draft, Plain } from "../../model/item.ts";
import { assign, pipeInto, printCommands } from "../../model/print.ts";
import { sha256 } from "../../model/sha256.ts";
import type { User } from "./user_schema.ts";

/** How a password is set. */
export interface Password {
  readonly name: string;
  /** A hash or the text itself; absent: only locked or unlocked. */
  readonly value?: string;
  readonly hashed?: boolean;
  /** One that is made up in the instance and printed there. */
  readonly random?: boolean;
  /** Only where there is no password yet. */
  readonly ifNone?: boolean;
  /** Afterwards no password opens the account; `undefined` leaves that as it is. */
  readonly lock?: boolean;
  /** It has to be changed at the next login. */
  readonly expire?: boolean;
}

function chpasswdLine({ name, value }: Password): Uint8Array {
  return new TextEncoder().encode(`${name}:${value}\n`);
}

function setCommand(password: Password): string | undefined {
  if (password.random) return "lxops_random_password";
  if (password.value === undefined) return undefined;
  if (password.value === "") return "lxops_blank_password";
  return pipeInto(chpasswdLine(password), password.hashed ? "lxops_chpasswd -e" : "lxops_chpasswd");
}

/** The shell commands that set a password; the secret reaches chpasswd over its standard input. */
export function passwordScript(password: Password): string {
  const { name, ifNone, lock, expire } = password;
  const set = setCommand(password);
  return [
    assign("name", name),
    ...(set === undefined ? [] : ifNone ? ["if lxops_no_password; then", set, "fi"] : [set]),
    ...(lock === undefined ? [] : [lock ? "lxops_lock" : "lxops_unlock"]),
    ...(expire ? ["lxops_expire"] : []),
  ].join("\n");
}

/**
 * What makes a password item the same item. The journal keeps a hash of it, which is quick to try passwords
 * against; of a password itself it has 20 bits, enough to see a change and too few to find a password by.
 */
function fingerprint(password: Password): Plain {
  const { value } = password;
  return value === undefined || password.hashed
    ? { ...password }
    : { ...password, value: sha256(value).slice(0, 5) };
}

/** Makes an item that sets a password. */
export function passwordItem(
  password: Password,
  section: string,
  path: readonly (string | number)[],
): Draft {
  const sets = password.random || password.value !== undefined;
  return {
    section,
    path,
    title: `${sets ? "Set" : password.lock ? "Lock" : "Unlock"} the password of user ${password.name}`,
    script: passwordScript(password),
    helpers: ["passwords"],
    content: fingerprint(password),
    target: `password:${password.name}`,
    ...(password.value ? { secrets: printCommands(chpasswdLine(password)) } : {}),
  };
}

/** The password item of a user, where its entry says anything about a password. */
export function passwordDraft(user: User, path: readonly (string | number)[]): Draft | undefined {
  const value = user.hashed_passwd ?? user.plain_text_passwd ?? user.passwd;
  if (value === undefined && user.lock_passwd === undefined) return undefined;
  const hashed = user.hashed_passwd !== undefined || user.plain_text_passwd === undefined;
  const ifNone = user.hashed_passwd === undefined && user.plain_text_passwd === undefined;
  const lock = user.lock_passwd ?? true;
  const set = value === undefined ? {} : { value, hashed, ...(ifNone ? { ifNone } : {}) };
  return passwordItem({ name: user.name, ...set, lock }, "users", path);
}
