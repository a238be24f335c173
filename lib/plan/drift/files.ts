/**
 * Comparison of files with what items wrote.
 *
 * @module
 */
import { concat } from "../../base/bytes.ts";
import type { AbsentCheck, FileCheck, LineCheck, VariableCheck } from "../../cloudconfig/model/check.ts";
import { sha256 } from "../../cloudconfig/model/sha256.ts";
import { factOf, type Facts } from "./answer.ts";
import type { Drift, Told, UndoneBy } from "./drift.ts";

/** The file of the name servers, which programs of the network write, too. */
export const RESOLVER = "/etc/resolv.conf";

/** Directories from which systems remove files at a start, or after some days. */
const TEMPORARY = /^\/(?:var\/)?tmp\//;
/** The directory of files that programs write on, and that are rotated. */
const LOGS = "/var/log/";

/** The length of hashes that are shown. */
const SHOWN = 8;

/** The facts that a file is compared with. */
export interface FileLook {
  readonly facts: Facts;
  readonly salt: string;
  /** A later item may have removed the file. */
  readonly mayVanish: true | undefined;
}

/** Compares a file, and tells what the system itself undid. */
export function fileDrift(check: FileCheck, look: FileLook): Told {
  return withReason(drifts(check, look), check.path, look.facts);
}

/** Adds to differences of a file that the system undid what an item wrote. */
function withReason(told: Told, path: string, facts: Facts): Told {
  if (told === "unknown" || told.length === 0) return told;
  const undoneBy = reasonOf(path, facts);
  if (undoneBy !== undefined) return told.map((one) => ({ ...one, undoneBy }));
  // A client of DHCP may be writing the file.
  return path === RESOLVER && factOf(facts, "starting") ? "unknown" : told;
}

function reasonOf(path: string, facts: Facts): UndoneBy | undefined {
  if (path === RESOLVER && factOf(facts, "network", path)) return "network";
  const isGone = /^(?:missing|no directory)$/.test(factOf(facts, "state", path)?.[0] ?? "");
  return isGone && (TEMPORARY.test(path) || factOf(facts, "restarted", path)) ? "cleaning" : undefined;
}

/**
 * Compares a file. What it was like when lxops had applied everything is no drift: a command may have changed it. A
 * file whose content lxops wrote, and that no later item could remove, is drift wherever it is missing.
 */
function drifts(check: FileCheck, { facts, salt, mayVanish }: FileLook): Told {
  const { path } = check;
  const name = `file ${path}`;
  const state = factOf(facts, "state", path)?.[0];
  if (state !== undefined) {
    if (state === "no directory" && check.inDirectory) return [];
    const isGone = state === "missing" || state === "no directory";
    const isRemoved = isGone && !mayVanish && check.content !== undefined && !check.inDirectory;
    if (!isRemoved && state === factOf(facts, "was state", path)?.[0]) return [];
    return isGone ? [{ name }] : [{ name, aspect: "type", wanted: "file", have: state }];
  }
  const stat = factOf(facts, "stat", path);
  if (!stat) return "unknown";
  const was = factOf(facts, "was stat", path);
  const content = contentDrift(check, facts, salt);
  const rights = [...modeDrift(check, stat, was), ...ownerDrift(check, stat, was)];
  return content === "unknown" ? rights.length > 0 ? rights : content : [...content, ...rights];
}

function contentDrift(check: FileCheck, facts: Facts, salt: string): Told {
  const { path, content, secret } = check;
  const drift: Drift = {
    name: `file ${path}`,
    aspect: "content",
    ...(secret ? {} : { path, ...(content ? { content } : {}) }),
  };
  if (check.appended || path.startsWith(LOGS) || factOf(facts, "same", path)) return [];
  const sum = factOf(facts, "sum", path)?.[0];
  if (!content) {
    if (!factOf(facts, "was stat", path)) return "unknown";
    return sum === undefined && !secret ? "unknown" : [drift];
  }
  if (secret) {
    const have = factOf(facts, "salted", path)?.[0]?.slice(0, 64);
    if (have === undefined) return "unknown";
    return have === sha256(concat([new TextEncoder().encode(salt), content])) ? [] : [drift];
  }
  if (!isHash(sum)) return "unknown";
  const wanted = sha256(content);
  return sum === wanted ? [] : [{ ...drift, wanted: wanted.slice(0, SHOWN), have: sum.slice(0, SHOWN) }];
}

function isHash(text: string | undefined): text is string {
  return text !== undefined && /^[0-9a-f]{64}$/.test(text);
}

function modeDrift(
  { path, mode }: FileCheck,
  stat: readonly string[],
  was: readonly string[] | undefined,
): readonly Drift[] {
  const have = stat[0]!.padStart(4, "0");
  if (mode === undefined || have === mode || was?.[0] === stat[0]) return [];
  return [{ name: `file ${path}`, aspect: "mode", wanted: mode, have }];
}

function ownerDrift(
  { path, owner }: FileCheck,
  [, uid = "", gid = "", userName = "", groupName = ""]: readonly string[],
  was: readonly string[] | undefined,
): readonly Drift[] {
  if (owner === undefined) return [];
  const [user = "", group = ""] = owner.split(":");
  const differs = (wanted: string, names: readonly string[], before: string | undefined) =>
    wanted !== "" && !names.includes(wanted) && before !== names[0];
  return [
    ...differs(user, [uid, userName], was?.[1])
      ? [{ name: `file ${path}`, aspect: "owner", wanted: user, have: userName || uid }]
      : [],
    ...differs(group, [gid, groupName], was?.[2])
      ? [{ name: `file ${path}`, aspect: "group", wanted: group, have: groupName || gid }]
      : [],
  ];
}

/** Compares a file that must not exist; one that lxops did not write is not removed. */
export function absentDrift({ path }: AbsentCheck, facts: Facts): Told {
  const state = factOf(facts, "state", path)?.[0];
  const have = state ?? (factOf(facts, "stat", path) ? "file" : "missing");
  return have === "missing" || have === "no directory"
    ? []
    : [{ name: `file ${path}`, aspect: "type", wanted: "missing", have, stays: true }];
}

/** Compares lines that a file has among others; `index` is the place of the check among those of its kind. */
export function lineDrift({ path }: LineCheck, facts: Facts, index: number): Told {
  if (path.startsWith(LOGS) || factOf(facts, "block", String(index))) return [];
  return withReason([{ name: `lines in ${path}` }], path, facts);
}

/** Compares a variable of a file of settings. */
export function variableDrift({ path, name, value }: VariableCheck, facts: Facts): Told {
  const have = facts.get(`variable ${path}`) ?? [];
  const own = have.find((fields) => fields[1] === name)?.[0];
  if (own === value) return [];
  return own === undefined
    ? [{ name: `setting ${name} in ${path}` }]
    : [{ name: `setting ${name}`, aspect: `in ${path}`, wanted: value, have: own }];
}
