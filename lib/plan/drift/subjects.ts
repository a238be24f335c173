/**
 * The things in an instance that its items are responsible for, each once: what a later item does to the same thing
 * counts.
 *
 * @module
 */
import { concat, textOf } from "../../base/bytes.ts";
import type { Check, FileCheck, ServiceCheck, UserCheck } from "../../cloudconfig/model/check.ts";
import type { Item } from "../../cloudconfig/model/item.ts";

/** A thing in an instance, and the items that make it what it is to be. */
export interface Subject {
  readonly check: Check;
  readonly items: readonly Item[];
  /** A later item may have removed it, as that runs a command of the user, or mounts something over it. */
  readonly mayVanish?: true;
}

/** Returns the things that items are responsible for, except for those of which one of `open` is yet to be applied. */
export function subjectsOf(items: readonly Item[], open: readonly Item[] = []): readonly Subject[] {
  const found = new Map<string, Subject>();
  for (const item of items) {
    for (const check of item.checks ?? []) {
      for (const one of withBlock(check)) {
        const key = keyOf(one);
        const before = found.get(key);
        const merged = before && mergedWith(before.check, one);
        found.set(
          key,
          merged ? { check: merged, items: [...before.items, item] } : { check: one, items: [item] },
        );
      }
    }
  }
  const isOpen = new Set(open);
  const removing = items.findLastIndex(({ prints, section }) => prints || section === "mounts");
  const isEarlier = new Set(items.slice(0, removing + 1));
  return [...found.values()].flatMap((subject) => {
    const { check } = subject;
    if (subject.items.some((item) => isOpen.has(item))) return [];
    // What was added to a file whose beginning is not known is looked for in it.
    if (check.kind === "line" && isWhole(found.get(fileKey(check.path))?.check)) return [];
    return subject.items.every((item) => isEarlier.has(item)) ? [{ ...subject, mayVanish: true }] : [subject];
  });
}

/** Returns a check, and for content that is added to a file one for its lines. */
function withBlock(check: Check): readonly Check[] {
  if (check.kind !== "file" || !check.appended || !check.content) return [check];
  const text = textOf(check.content);
  return text ? [check, { kind: "line", path: check.path, line: text.replace(/\n$/, "") }] : [check];
}

/** Tells whether all of the content of a file is known. */
function isWhole(check: Check | undefined): boolean {
  return check?.kind === "file" && !check.appended;
}

function fileKey(path: string): string {
  return `file ${path}`;
}

function keyOf(check: Check): string {
  switch (check.kind) {
    case "file":
      return fileKey(check.path);
    case "line":
      return `line ${check.path} ${check.line}`;
    case "variable":
      return `variable ${check.path} ${check.name}`;
    case "sshd":
      return `sshd ${check.keyword}`;
    case "mount":
      return `mount ${check.field}`;
    case "absent":
      return fileKey(check.path);
    case "trust":
    case "locale":
    case "zone":
    case "hostname":
    case "hosts":
      return check.kind;
    case "user":
    case "group":
    case "keys":
    case "password":
    case "package":
    case "service":
      return `${check.kind} ${check.name}`;
  }
}

/** Returns what two checks of one thing come to; `undefined` where the later one replaces the earlier one. */
function mergedWith(before: Check, after: Check): Check | undefined {
  if (before.kind === "file" && after.kind === "file") {
    return after.appended ? extended(before, after) : undefined;
  }
  // Without rules of a user, the file of them can still be one that the configuration has elsewhere.
  if (before.kind === "file" && after.kind === "absent") return before;
  if (before.kind === "user" && after.kind === "user") {
    return { ...before, ...after, groups: union(before.groups, after.groups) } satisfies UserCheck;
  }
  if (before.kind === "group" && after.kind === "group") {
    return { ...after, members: union(before.members, after.members) };
  }
  if (before.kind === "service" && after.kind === "service") {
    return { ...before, ...after } satisfies ServiceCheck;
  }
  if (before.kind === "password" && after.kind === "password") return { ...before, ...after };
  return undefined;
}

/** Returns the words that messages have for a thing. */
export function nameOf(check: Check): string {
  switch (check.kind) {
    case "zone":
      return "time zone";
    case "hostname":
      return "host name";
    case "line":
      return `lines in ${check.path}`;
    default:
      return keyOf(check);
  }
}

function union(before: readonly string[], after: readonly string[]): readonly string[] {
  return [...new Set([...before, ...after])];
}

function extended(before: FileCheck, after: FileCheck): FileCheck {
  const { content: _content, appended: _appended, ...more } = after;
  const { content: old, ...known } = before;
  const content = old && after.content && !before.appended ? { content: concat([old, after.content]) } : {};
  return { ...known, ...more, ...content, ...(before.secret ? { secret: true } : {}) };
}
