/**
 * Parses the answer of an instance about its changes. Its root can tell anything: only lines of the expected forms
 * count, each with a limit, and nothing of it is run on the host or taken for a path of it.
 *
 * @module
 */
import { normalize } from "@std/path";
import { StateError } from "../../base/errors.ts";
import { isAccountName } from "../../cloudconfig/sections/users/user_schema.ts";
import { treeOf } from "../../cloudconfig/shell/tree.ts";
import { END, notWholeAdvice } from "../drift/answer.ts";
import { wholeScript } from "../drift/script.ts";
import { MADE, ROOTS } from "./shell.ts";

/** A user that was made by hand, or root. */
export interface FoundUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
  readonly hasPassword: boolean;
  readonly keys: readonly string[];
}

/** A group, with the names of its members. */
export interface FoundGroup {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** A file or a link that is new or changed. */
export interface FoundFile {
  readonly path: string;
  /** Octal digits. */
  readonly mode: string;
  readonly user: string;
  readonly group: string;
  readonly bytes: number;
  /** The place that a link leads to; absent: it is a file. */
  readonly target?: string;
}

/** A directory above the files that were found. */
export type FoundFolder = Pick<FoundFile, "path" | "mode" | "user" | "group">;

/** A unit of systemd, or a service of OpenRC, that was enabled or disabled by hand. */
export interface FoundUnit {
  readonly name: string;
  readonly what: "enable" | "disable" | "mask" | "add";
  readonly isActive: boolean;
  /** The runlevel of a service. */
  readonly level?: string;
}

/** Changes made in an instance by hand. */
export interface Found {
  /** Text of /etc/os-release. */
  readonly release: string;
  /** Programs that manage packages. */
  readonly managers: readonly string[];
  /** Packages that were installed by hand; absent where the instance cannot tell. */
  readonly packages?: readonly string[];
  readonly users: readonly FoundUser[];
  readonly groups: readonly FoundGroup[];
  readonly units: readonly FoundUnit[];
  readonly zone?: string;
  readonly hostname?: string;
  /** Lines of /etc/hosts. */
  readonly hosts: readonly string[];
  readonly files: readonly FoundFile[];
  readonly folders: readonly FoundFolder[];
  /** Directories with more files than an instance lists. */
  readonly many: readonly { readonly path: string; readonly count: number; readonly bytes: number }[];
  /** The number of all files that are new or changed. */
  readonly total: number;
  /** The number of files whose names have a newline. */
  readonly odd: number;
  /** The instance has more files than it looked at. */
  readonly cut: boolean;
}

/** The number of files at which an instance ends its look. */
const SEEN = 500_000;

const LONGEST_LINE = 16_384;
const MOST_LINES = 100_000;

/**
 * Returns the script that tells what was made by hand.
 *
 * @param since seconds since 1970 when the instance was created
 */
export function madeScript(since: number): string {
  const roots = `lxops_roots=
for root in ${ROOTS.join(" ")}; do
  if [ -d "$root" ] && [ ! -L "$root" ]; then lxops_roots="$lxops_roots $root"; fi
done`;
  return wholeScript([treeOf("$lxops_roots"), MADE], [roots, `lxops_made ${since}`]);
}

/**
 * Parses what an instance tells.
 *
 * @throws {StateError} where it is not whole
 */
export function parseMade(text: string, instance: string, project = "default"): Found {
  const lines = text.split("\n", MOST_LINES);
  const facts = new Map<string, (readonly string[])[]>();
  for (const line of lines) {
    if (line.length > LONGEST_LINE) continue;
    const [tag = "", ...fields] = line.split("\t");
    const known = facts.get(tag);
    if (known) known.push(fields);
    else facts.set(tag, [fields]);
  }
  const all = (tag: string) => facts.get(tag) ?? [];
  const first = (tag: string) => all(tag)[0]?.[0];
  const [total, seen] = [first("total"), first("seen")].map(numberOf);
  if (!lines.includes(END) || total === undefined || seen === undefined) {
    throw new StateError(`Instance "${instance}" did not tell what was made in it`, {
      advice: [
        ...notWholeAdvice(instance, project, "find, stat, awk, sort, sed"),
        "Without --guest, nothing runs in it",
      ],
    });
  }
  const zone = first("zone");
  const hostname = first("hostname");
  return {
    release: all("release").map((fields) => fields.join("\t")).join("\n"),
    managers: all("manager").map(([name = ""]) => name),
    ...(all("looked").length > 0 ? { packages: all("package").map(([name = ""]) => name) } : {}),
    users: usersOf(all),
    groups: all("group").flatMap(groupOf),
    units: [...all("unit").flatMap(unitOf), ...all("service").flatMap(serviceOf)],
    ...(zone !== undefined && /^[A-Za-z0-9][\w+\/-]{0,60}$/.test(zone) ? { zone } : {}),
    ...(hostname !== undefined && /^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/.test(hostname) ? { hostname } : {}),
    hosts: all("hosts").map((fields) => fields.join("\t")),
    files: filesOf(all),
    folders: all("folder").flatMap(([mode = "", user = "", group = "", ...path]) =>
      isMode(mode) && isPath(path.join("\t")) ? [{ path: path.join("\t"), mode, user, group }] : []
    ),
    many: all("many").flatMap(([count = "", bytes = "", ...path]) =>
      numberOf(count) === undefined || numberOf(bytes) === undefined || !isPath(path.join("\t"))
        ? []
        : [{ path: path.join("\t"), count: Number(count), bytes: Number(bytes) }]
    ),
    total,
    odd: numberOf(first("odd")?.trim()) ?? 0,
    cut: seen >= SEEN,
  };
}

type All = (tag: string) => readonly (readonly string[])[];

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function isMode(text: string): boolean {
  return /^[0-7]{1,4}$/.test(text);
}

function isPath(path: string): boolean {
  return path.length < 4096 && normalize(path) === path && isBelowRoot(path);
}

/** Tells whether a path is one of the directories that were looked at, or below one. */
export function isBelowRoot(path: string): boolean {
  return ROOTS.some((root) => path === root || path.startsWith(`${root}/`));
}

function usersOf(all: All): readonly FoundUser[] {
  const passwords = new Set(all("password").map(([name]) => name));
  const keys = new Map<string, Set<string>>();
  for (const [name = "", ...rest] of all("key")) {
    const own = keys.get(name) ?? new Set<string>();
    keys.set(name, own.add(rest.join(" ").trim()));
  }
  const found = all("user").flatMap((fields): readonly FoundUser[] => {
    const [name = "", , uid, gid, gecos = "", home = "", shell = "", ...more] = fields.join("\t").split(":");
    const [user, group] = [numberOf(uid), numberOf(gid)];
    if (more.length > 0 || user === undefined || group === undefined || !isAccountName(name)) return [];
    return [{
      name,
      uid: user,
      gid: group,
      gecos,
      home,
      shell,
      hasPassword: passwords.has(name),
      keys: [...keys.get(name) ?? []].slice(0, 100),
    }];
  });
  return [...new Map(found.map((one) => [one.name, one])).values()];
}

function groupOf(fields: readonly string[]): readonly FoundGroup[] {
  const [name = "", , gid, members = "", ...more] = fields.join("\t").split(":");
  const id = numberOf(gid);
  return more.length > 0 || id === undefined || !isAccountName(name)
    ? []
    : [{ name, gid: id, members: members.split(",").filter(isAccountName) }];
}

/** Names of units and services, which need no quoting and are no options. */
const UNIT = /^[A-Za-z0-9_][\w@.:\\+-]{0,200}$/;

function unitOf([what, state, name = ""]: readonly string[]): readonly FoundUnit[] {
  return (what === "enable" || what === "disable" || what === "mask") && UNIT.test(name)
    ? [{ name, what, isActive: state === "active" }]
    : [];
}

function serviceOf([level = "", name = ""]: readonly string[]): readonly FoundUnit[] {
  return UNIT.test(level) && UNIT.test(name) ? [{ name, what: "add", isActive: false, level }] : [];
}

function filesOf(all: All): readonly FoundFile[] {
  const targets = new Map(all("link").map(([target = "", ...path]) => [path.join("\t"), target]));
  const found = all("file").flatMap((fields): readonly FoundFile[] => {
    const [mode = "", user = "", group = "", size, kind = "", ...rest] = fields;
    const [path, bytes] = [rest.join("\t"), numberOf(size)];
    if (!isMode(mode) || bytes === undefined || !isPath(path)) return [];
    const file = { path, mode, user, group, bytes };
    if (!kind.includes("link")) return kind.startsWith("regular") ? [file] : [];
    const target = targets.get(path);
    return target === undefined || target === "" ? [] : [{ ...file, target }];
  });
  return [...new Map(found.map((one) => [one.path, one])).values()];
}
