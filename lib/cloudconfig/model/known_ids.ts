/**
 * The ids that users and groups had in the root filesystem that a rebuild replaces. Its files are hostile: root in
 * the instance writes them.
 *
 * @module
 */

/** A user of the old root filesystem. */
export interface OldUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** A group of the old root filesystem. */
export interface OldGroup {
  readonly name: string;
  readonly gid: number;
}

/** Users and groups of a root filesystem. */
export interface Accounts {
  readonly users: readonly OldUser[];
  readonly groups: readonly OldGroup[];
}

/** The users and groups whose ids matter, and the first id that none of the old ones had. */
export interface KnownIds extends Accounts {
  /** Accounts of an earlier configuration, which get the same ids if a later one has them again. */
  readonly former?: Accounts;
  /** The lowest id of new users and groups; absent: the instance chooses. */
  readonly floor?: number;
}

/** Names of the accounts that a cloud-config creates. */
export interface AccountNames {
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** The most lines of a file that are read. */
const LINES = 100_000;
/** The most users, and the most groups, whose ids are known. */
export const MOST = 500;
/** The most users, and the most groups, that are remembered after they went. */
export const MOST_FORMER = 100;
/**
 * The first id of login users, and the last one that new ids must exceed: a hostile file cannot use up those that tools
 * assign, up to 59,999.
 */
const PEOPLE = { first: 1000, last: 29_999 } as const;
/** The last id: the next one means "none". */
const LAST_ID = 4_294_967_294;
/** Ids that stand for no account, such as that of `nogroup`. */
const NOBODY: readonly number[] = [65_534, 65_535];

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?$/;
const PATH = /^\/[!-9;-~]{0,127}$/;

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^[0-9]{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= LAST_ID ? id : undefined;
}

/** Returns the id of a user or group, unless it is root's or stands for no account. */
function idOf(text: string | undefined): number | undefined {
  const id = numberOf(text);
  return id === undefined || id === 0 || NOBODY.includes(id) ? undefined : id;
}

/** Returns the fields of the lines of a file that are entries with a name. */
function entries(text: string): readonly (readonly string[])[] {
  return text.split("\n", LINES).map((line) => line.split(":", 8)).filter(([name = ""]) => NAME.test(name));
}

/** Returns the first entry of each name. */
function firsts<T extends { readonly name: string }>(all: readonly T[]): readonly T[] {
  const names = new Set<string>();
  return all.filter(({ name }) => !names.has(name) && names.add(name));
}

function usersIn(passwd: string): readonly OldUser[] {
  return firsts(
    entries(passwd).flatMap(([name = "", , uidText, gidText, , home = "", shell = ""]) => {
      const [uid, gid] = [idOf(uidText), numberOf(gidText)];
      if (uid === undefined || gid === undefined) return [];
      const path = (text: string, other: string) => PATH.test(text) ? text : other;
      return [{ name, uid, gid, home: path(home, "/nonexistent"), shell: path(shell, "/bin/false") }];
    }),
  );
}

function groupsIn(group: string): readonly OldGroup[] {
  return firsts(
    entries(group).flatMap(([name = "", , gidText]) => {
      const gid = idOf(gidText);
      return gid === undefined ? [] : [{ name, gid }];
    }),
  );
}

const NOBODY_WENT: Accounts = { users: [], groups: [] };

/**
 * Returns the ids in the account files of an old root filesystem that matter for a new one: those of system users and
 * groups, and those of the accounts that its cloud-config makes.
 *
 * @param noted the accounts that went before
 */
export function knownIds(
  passwd: string,
  group: string,
  { users: userNames, groups: groupNames }: AccountNames,
  noted: Accounts = NOBODY_WENT,
): KnownIds {
  const [oldUsers, oldGroups] = [usersIn(passwd), groupsIn(group)];
  const taken = [...oldUsers.map(({ uid }) => uid), ...oldGroups.map(({ gid }) => gid)]
    .filter((id) => id >= PEOPLE.first && id <= PEOPLE.last);
  const users = chosen(oldUsers, noted.users, userNames, ({ uid }) => uid);
  const groups = chosen(oldGroups, noted.groups, new Set([...groupNames, ...userNames]), ({ gid }) => gid);
  return {
    users: users.wanted,
    groups: groups.wanted,
    ...(users.former.length + groups.former.length === 0
      ? {}
      : { former: { users: users.former, groups: groups.former } }),
    ...(taken.length === 0 ? {} : { floor: taken.reduce((most, id) => Math.max(most, id)) + 1 }),
  };
}

/** Chooses the accounts that a new root filesystem gets, and those that are remembered. */
function chosen<T extends { readonly name: string }>(
  old: readonly T[],
  noted: readonly T[],
  names: ReadonlySet<string>,
  idOf: (one: T) => number,
): { readonly wanted: readonly T[]; readonly former: readonly T[] } {
  const isSystem = (one: T) => idOf(one) < PEOPLE.first;
  const [present, ids] = [new Set(old.map(({ name }) => name)), new Set(old.map(idOf))];
  // An account keeps the id that it has in the instance, also where another had it earlier.
  const gone = firsts(noted).filter((one) => !present.has(one.name) && !ids.has(idOf(one)) && !isSystem(one));
  return {
    wanted: [
      ...[...old, ...gone].filter(({ name }) => names.has(name)),
      ...old.filter((one) => !names.has(one.name) && isSystem(one)),
    ].slice(0, MOST),
    former: [...old.filter((one) => !isSystem(one)), ...gone].filter(({ name }) => !names.has(name))
      .slice(0, MOST_FORMER),
  };
}

/** Returns the removed accounts whose names a cloud-config creates again. */
export function comingBack({ former = NOBODY_WENT }: KnownIds, { users, groups }: AccountNames): Accounts {
  return {
    users: former.users.filter(({ name }) => users.has(name)),
    groups: former.groups.filter(({ name }) => groups.has(name) || users.has(name)),
  };
}

/**
 * Renders ids as lines: `u:NAME:UID:GID:HOME:SHELL`, `g:NAME:GID`, `f:FLOOR`; with `U` and `G`, those of accounts that
 * went.
 */
export function idsText({ users, groups, former = NOBODY_WENT, floor }: KnownIds): string {
  return [
    ...(floor === undefined ? [] : [`f:${floor}`]),
    ...linesOf({ users, groups }, "u", "g"),
    ...linesOf(former, "U", "G"),
  ].map((line) => `${line}\n`).join("");
}

function linesOf({ users, groups }: Accounts, user: string, group: string): readonly string[] {
  return [
    ...groups.map(({ name, gid }) => `${group}:${name}:${gid}`),
    ...users.map(({ name, uid, gid, home, shell }) => `${user}:${name}:${uid}:${gid}:${home}:${shell}`),
  ];
}

/** Parses the text of `idsText()`; lines of another form are left out. */
export function parseIds(text: string): KnownIds {
  const lines = text.split("\n", 2 * (MOST + MOST_FORMER) + 1);
  const of = (kind: string) =>
    lines.filter((line) => line.startsWith(`${kind}:`)).map((line) => line.slice(2));
  const accounts = (user: string, group: string): Accounts => ({
    users: usersIn(
      of(user).map((line) => line.replace(/^([^:]*):([^:]*):([^:]*):/, "$1:x:$2:$3::")).join("\n"),
    ),
    groups: groupsIn(of(group).map((line) => line.replace(":", ":x:")).join("\n")),
  });
  const floor = idOf(of("f")[0]);
  const former = accounts("U", "G");
  return {
    ...accounts("u", "g"),
    ...(former.users.length + former.groups.length === 0 ? {} : { former }),
    ...(floor === undefined ? {} : { floor }),
  };
}

/**
 * The instance key with ids: those of the old root filesystem until the new one is configured, and from then on those
 * of users and groups that went, and the first id that no user or group of any of its root filesystems had.
 */
export const IDS_MARK = "user.lxops.ids";

/** Returns the ids that are noted on an instance. */
export function notedIds(config: Readonly<Record<string, string>>): KnownIds | undefined {
  const text = config[IDS_MARK];
  return text ? parseIds(text) : undefined;
}
