/**
 * Makes items of passwords. They are separate items, so that another change of a user in a file does not reset a
 * password that was changed in the instance.
 *
 * @module
 */
import type { PasswordCheck } from "../../model/check.ts";
import type { Draft, Plain } from "../../model/item.ts";
import { assign, pipeInto, printCommands } from "../../model/print.ts";
import { sha256 } from "../../model/sha256.ts";
import type { User } from "./user_schema.ts";

/** A password with the options for setting it. */
export interface Password {
  readonly name: string;
  /** A hash or the text itself; absent: the account is only locked or unlocked. */
  readonly value?: string;
  readonly hashed?: boolean;
  /** The password is generated and printed in the instance. */
  readonly random?: boolean;
  /** An account that has a password keeps it. */
  readonly ifNone?: boolean;
  /** The password is locked afterwards; `undefined`: unchanged. */
  readonly lock?: boolean;
  /** The password must be changed at the next login. */
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

/** Returns the commands that set a password, which chpasswd reads from its standard input. */
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
 * Returns the content of a password item. The journal has a hash of it, which could be used to guess passwords: so
 * the content has only 20 bits of a password, enough to see a change.
 */
function fingerprint(password: Password): Plain {
  const { value } = password;
  return value === undefined || password.hashed
    ? { ...password }
    : { ...password, value: sha256(value).slice(0, 5) };
}

/**
 * Returns the check of a password. One that the user is to change, or that an account keeps, can be another one by now,
 * and a text cannot be compared with a hash.
 */
function checkOf(password: Password): PasswordCheck {
  const { name, value, hashed, ifNone, expire } = password;
  const isKnown = hashed && value && !ifNone && !expire;
  return { kind: "password", name, ...(isKnown ? { hash: value } : {}), ...lockOf(password) };
}

/** Returns whether the password is locked in the end; a new one opens an account that was locked before. */
function lockOf({ value, random, lock }: Password): Pick<PasswordCheck, "locked"> {
  if (lock === undefined) return random || value ? { locked: /^[!*]/.test(value ?? "") } : {};
  // Without a password, an account stays unchanged.
  return !lock && !value ? {} : { locked: lock };
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
    checks: [checkOf(password)],
    ...(password.value ? { secrets: printCommands(chpasswdLine(password)) } : {}),
  };
}

/** Makes the password item of a user; `undefined` if the entry has no key about a password. */
export function passwordDraft(user: User, path: readonly (string | number)[]): Draft | undefined {
  const value = user.hashed_passwd ?? user.plain_text_passwd ?? user.passwd;
  if (value === undefined && user.lock_passwd === undefined) return undefined;
  const hashed = user.hashed_passwd !== undefined || user.plain_text_passwd === undefined;
  const ifNone = user.hashed_passwd === undefined && user.plain_text_passwd === undefined;
  const lock = user.lock_passwd ?? true;
  const set = value === undefined ? {} : { value, hashed, ...(ifNone ? { ifNone } : {}) };
  return passwordItem({ name: user.name, ...set, lock }, "users", path);
}
