/**
 * Users, groups and public keys of an instance as parts of its cloud-config file.
 *
 * @module
 */
import { commented } from "../starter/config_text.ts";
import type { Found, FoundGroup, FoundUser } from "./found.ts";
import { listed, type Made, yamlLines } from "./made.ts";
import { looksSecret } from "./secrets.ts";

/** The first id of ordinary users, and the first id above theirs. */
const FIRST = 1000;
const LAST = 60_000;

/** The most users and groups. */
const MOST = 200;

const KEY = /(?:^|\s)(?:sk-)?(?:ssh|ecdsa)-[\w@.-]+ AAAA[A-Za-z0-9+\/=]+/;

/** Returns the public keys of a user that a file can have; options with secrets are none of them. */
function takenKeys({ keys }: FoundUser): readonly string[] {
  return keys.filter((key) => {
    const found = KEY.exec(key);
    return found !== null && !/[\p{C}\p{Zl}\p{Zp}]/u.test(key) && !looksSecret(key.slice(0, found.index));
  });
}

/** Returns the users that a new root filesystem gets, and root where it has keys. */
export function takenUsers({ users }: Pick<Found, "users">): readonly FoundUser[] {
  return users.filter((user) => user.uid !== 0 || takenKeys(user).length > 0).slice(0, MOST);
}

function takenGroups({ groups }: Pick<Found, "groups">, users: readonly FoundUser[]): readonly FoundGroup[] {
  const own = new Set(users.map(({ name }) => name));
  return groups.filter(({ name, gid }) => gid >= FIRST && gid < LAST && !own.has(name)).slice(0, MOST);
}

/** Returns the lines of groups and users. */
export function accountLines({ found }: Made): readonly string[] {
  const users = takenUsers(found);
  const groups = takenGroups(found, users);
  const locked = found.users.filter(({ hasPassword }) => hasPassword).map(({ name }) => name);
  const strange = found.users.flatMap((user) => {
    const left = user.keys.filter((key) => key !== "" && !key.startsWith("#")).length -
      takenKeys(user).length;
    return left > 0 ? [`${user.name}: ${left} of the lines of authorized_keys`] : [];
  });
  return [
    ...groups.length === 0 ? [] : yamlLines({ groups: groups.map(({ name }) => name) }),
    ...users.length === 0 ? [] : yamlLines({ users: users.map((user) => userOf(user, found)) }),
    ...locked.length === 0 ? [] : commented(
      `Passwords stay in the instance, and these users have none in a new one: ${locked.join(", ")}`,
    ),
    ...listed(
      "Keys that are not taken over, as they are of no known form or have something secret:",
      strange,
    ),
  ];
}

/**
 * Returns the text of a file that makes groups with the ids that files on devices have, before another group gets one of
 * these; `undefined` where a new root filesystem gives them these ids by itself.
 */
export function groupsText(found: Found): string | undefined {
  const users = takenUsers(found);
  const moved = users.filter(({ name, uid, gid }) => uid !== gid && groupOf(found, gid)?.name === name);
  const all = [...takenGroups(found, users), ...moved];
  if (all.length === 0) return undefined;
  const commands = all.map(({ name, gid }) =>
    `grep -q ^${name}: /etc/group || groupadd -g ${gid} ${name} || addgroup -g ${gid} ${name} || :`
  );
  return [
    "#cloud-config",
    "# Groups with their ids, which files on devices may have. It is applied before main.cfg makes other groups.",
    "",
    ...yamlLines({ runcmd: commands }),
    "",
  ].join("\n");
}

function groupOf({ groups }: Found, gid: number): FoundGroup | undefined {
  return groups.find((one) => one.gid === gid);
}

/** Returns an entry of `users`. */
function userOf(user: FoundUser, found: Found): Readonly<Record<string, unknown>> {
  const { name, uid, gid, gecos, home, shell } = user;
  const keys = takenKeys(user);
  const withKeys = keys.length === 0 ? {} : { ssh_authorized_keys: keys };
  if (uid === 0) return { name, ...withKeys };
  const primary = groupOf(found, gid)?.name;
  const groups = found.groups.filter((one) => one.gid !== gid && one.members.includes(name)).map((one) =>
    one.name
  );
  const isField = (text: string) => text !== "" && !/[\p{C}\p{Zl}\p{Zp}:]/u.test(text);
  return {
    name,
    uid,
    ...isField(gecos) && !/^,+$/.test(gecos) ? { gecos } : {},
    ...primary === undefined || primary === name ? {} : { primary_group: primary },
    ...groups.length === 0 ? {} : { groups },
    ...isField(home) && home.startsWith("/") && home !== `/home/${name}` ? { homedir: home } : {},
    ...isField(shell) && shell.startsWith("/") ? { shell } : {},
    ...uid < FIRST ? { system: true } : {},
    ...withKeys,
  };
}
