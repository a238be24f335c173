/**
 * Comparison of users, groups, keys and passwords.
 *
 * @module
 */
import type { GroupCheck, KeysCheck, PasswordCheck, UserCheck } from "../../cloudconfig/model/check.ts";
import { sha256 } from "../../cloudconfig/model/sha256.ts";
import { factOf, type Facts, factsOf } from "./answer.ts";
import type { Drift, Told } from "./drift.ts";

/** The place of each field in a line of /etc/passwd. */
const UID = 2;
const GID = 3;
const GECOS = 4;
const HOME = 5;
const SHELL = 6;

/** Compares a user. */
export function userDrift(check: UserCheck, facts: Facts): Told {
  const name = `user ${check.name}`;
  const entry = factOf(facts, "passwd", check.name);
  if (!entry) return [{ name }];
  const field = (aspect: string, wanted: string | undefined, at: number, stays: boolean): readonly Drift[] =>
    wanted === undefined || entry[at] === wanted
      ? []
      : [{ name, aspect, wanted, have: entry[at]!, ...(stays ? { stays } : {}) }];
  const primary = check.primary === undefined || /^\d+$/.test(check.primary)
    ? check.primary
    : factOf(facts, "group", check.primary)?.[2] ?? check.primary;
  return [
    ...field("user id", check.uid, UID, true),
    ...isRootToo(check, entry)
      ? [{ name, aspect: "user id", wanted: "not 0", have: "0", stays: true } as const]
      : [],
    ...field("group id", primary, GID, true),
    ...field("comment", check.gecos, GECOS, false),
    ...field("home directory", check.home, HOME, true),
    ...field("shell", check.shell, SHELL, false),
    ...homeDrift(check, entry, facts),
    ...agingDrift(check, facts),
    ...check.groups.filter((group) => !isMember(facts, group, { name: check.name, gid: entry[GID]! })).map((
      group,
    ): Drift => ({ name, aspect: `group ${group}`, wanted: "member", have: "no member" })),
  ];
}

/** Reports whether a user has become root; no user of a file without an id gets that of root. */
function isRootToo({ name, uid }: UserCheck, entry: readonly string[]): boolean {
  return uid === undefined && name !== "root" && /^0+$/.test(entry[UID]!);
}

/** Compares the owner of a home directory with that which lxops left; a link has another directory in its place. */
function homeDrift({ name: user }: UserCheck, entry: readonly string[], facts: Facts): readonly Drift[] {
  const [left = "", before] = factOf(facts, "was home", user) ?? [];
  const [kind = "", owner = "", path] = factOf(facts, "home", user) ?? [];
  if (before === undefined || before !== path) return [];
  const drift = { name: `user ${user}`, aspect: "type of the home directory", wanted: "directory" };
  if (kind !== "directory") {
    return [{ ...drift, have: kind === "link" ? "link" : "no directory", stays: true }];
  }
  if (owner === left || owner === entry[UID]) return [];
  return [{
    name: `user ${user}`,
    aspect: "owner id of the home directory",
    wanted: left,
    have: owner,
    ...(left === entry[UID] ? {} : { stays: true as const }),
  }];
}

/** Compares the times after which an account is closed; they are in a file that some systems do not have. */
function agingDrift({ name: user, expires, inactive }: UserCheck, facts: Facts): readonly Drift[] {
  if (!factOf(facts, "shadow", user)) return [];
  const name = `user ${user}`;
  const [days = "", day = ""] = factOf(facts, "aging", user) ?? [];
  return [
    ...expires === undefined || day === expires ? [] : [{
      name,
      aspect: "day of expiry",
      wanted: dayText(expires),
      have: dayText(day),
      stays: true as const,
    }],
    ...inactive === undefined || days === inactive
      ? []
      : [{ name, aspect: "inactive days", wanted: inactive, have: days || "none", stays: true as const }],
  ];
}

/** Returns the date of a day that is counted from 1970. */
function dayText(day: string): string {
  return /^\d{1,6}$/.test(day)
    ? new Date(Number(day) * 86_400_000).toISOString().slice(0, 10)
    : day || "none";
}

function isMember(facts: Facts, group: string, { name, gid }: { name: string; gid: string }): boolean {
  const entries = factsOf(facts, "group", group);
  return entries.some(([, , id, members = ""]) => id === gid || members.split(",").includes(name));
}

/** Compares a group. A member that does not exist is not made one. */
export function groupDrift(check: GroupCheck, facts: Facts): Told {
  const name = `group ${check.name}`;
  if (!factOf(facts, "group", check.name)) return [{ name }];
  return check.members.flatMap((member): readonly Drift[] => {
    const entry = factOf(facts, "passwd", member);
    if (!entry || isMember(facts, check.name, { name: member, gid: entry[GID]! })) return [];
    return [{ name, aspect: `member ${member}`, wanted: "member", have: "no member" }];
  });
}

/** Compares the public keys of a user, and who may change them. */
export function keysDrift({ name: user, keys }: KeysCheck, facts: Facts): Told {
  const entry = factOf(facts, "passwd", user);
  if (!entry || keys.length === 0) return [];
  const name = `SSH keys of ${user}`;
  const there = new Set(factsOf(facts, "key", user).map(([index]) => Number(index)));
  const missing = keys.filter((_, index) => !there.has(index + 1));
  if (missing.length === keys.length) return [{ name }];
  const [mode = "", uid = ""] = factOf(facts, "keyfile", user) ?? [];
  const [above = "", aboveUid = ""] = factOf(facts, "keydir", user) ?? [];
  return [
    ...missing.map((key): Drift => ({
      name,
      aspect: `key ${shownKey(key)}`,
      wanted: "there",
      have: "missing",
    })),
    ...mode === "600" || mode === ""
      ? []
      : [{ name, aspect: "mode", wanted: "0600", have: mode.padStart(4, "0") }],
    ...uid === entry[UID] || uid === "" ? [] : [{ name, aspect: "owner id", wanted: entry[UID]!, have: uid }],
    ...isOpen(above) ? [{ name, aspect: "mode of .ssh", wanted: "0700", have: above.padStart(4, "0") }] : [],
    ...aboveUid === entry[UID] || aboveUid === "" || aboveUid === "0"
      ? []
      : [{ name, aspect: "owner id of .ssh", wanted: entry[UID]!, have: aboveUid }],
  ];
}

/** Reports whether others than the owner may write, so that sshd ignores the keys. */
function isOpen(mode: string): boolean {
  return /^[0-7]{3,4}$/.test(mode) && (parseInt(mode, 8) & 0o022) !== 0;
}

/** Returns the comment of a key, or the end of it. */
function shownKey(key: string): string {
  const [, body = "", comment = ""] = /(AAAA\S*)\s*(.*)$/.exec(key) ?? [];
  return comment === "" ? `...${body.slice(-12)}` : comment;
}

/** Compares a password with the hash that it was set to, and whether it is locked. */
export function passwordDrift({ name: user, hash, locked }: PasswordCheck, facts: Facts, salt: string): Told {
  const name = `password of ${user}`;
  if (!factOf(facts, "passwd", user)) return [];
  const state = factOf(facts, "shadow", user)?.[0];
  if (state === undefined) return locked === undefined && hash === undefined ? [] : [{ name }];
  const drifts: Drift[] = [];
  if (locked !== undefined && (state === "locked") !== locked) {
    drifts.push({ name, aspect: "state", wanted: locked ? "locked" : "open", have: state });
  }
  if (hash !== undefined) {
    const have = factOf(facts, "password", user)?.[0]?.slice(0, 64);
    const fits = [hash, `!${hash}`].some((value) => sha256(salt + value) === have);
    if (!fits) drifts.push({ name, aspect: "hash" });
  }
  return drifts;
}
