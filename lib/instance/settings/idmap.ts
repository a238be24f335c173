/**
 * Users and groups of the host that are users and groups of a container.
 *
 * @module
 */
import type { Config } from "../../config/config.ts";
import type { Findings } from "../patterns/substitution.ts";
import { type IdMapping, parseRange, type Range, rangeText, sizeOf } from "./settings.ts";

const LARGEST = 2 ** 32 - 2;

type Kind = IdMapping["kind"];

function shortForm(text: string): { kind: string; host: string; guest: string } | undefined {
  const words = text.trim().split(/[\s:]+/);
  if (words.length === 2) return { kind: "both", host: words[0]!, guest: words[1]! };
  return words.length === 3 ? { kind: words[0]!, host: words[1]!, guest: words[2]! } : undefined;
}

function isKind(text: string): text is Kind {
  return text === "both" || text === "uid" || text === "gid";
}

/** Returns the id mappings of a configuration. */
export function instanceIdmap({ idmap }: Config, found: Findings): readonly IdMapping[] {
  const result: IdMapping[] = [];
  idmap.forEach((entry, index) => {
    const key = `idmap.${index}`;
    const texts = typeof entry === "string"
      ? [found.resolve(key, entry)]
      : [found.resolve(key, entry.host), found.resolve(key, entry.guest)];
    if (texts.includes(undefined)) return;
    const written = typeof entry === "string"
      ? shortForm(texts[0] ?? "")
      : { kind: entry.kind, host: texts[0] ?? "", guest: texts[1] ?? "" };
    if (!written || !isKind(written.kind)) {
      return found.error(
        key,
        `"${texts[0]}" is not of the form [uid|gid|both] HOST GUEST, for example "1000 1000"`,
      );
    }
    const [host, guest] = [parseRange(written.host), parseRange(written.guest)];
    const wrong = [[host, written.host], [guest, written.guest]] as const;
    for (const [range, text] of wrong) {
      if (range && range.last <= LARGEST) continue;
      return found.error(key, `"${text}" is no id, and no range of ids`);
    }
    if (!host || !guest) return;
    if (sizeOf(host) !== sizeOf(guest)) {
      return found.error(
        key,
        `${sizeOf(host)} ids of the host cannot be ${sizeOf(guest)} ids of the instance`,
      );
    }
    const made = { kind: written.kind, host, guest };
    if (result.some((one) => clash(one, made))) {
      return found.error(key, "An id of this entry is in another entry, too");
    }
    result.push(made);
  });
  return result;
}

function clash(one: IdMapping, other: IdMapping): boolean {
  const kinds = one.kind === "both" || other.kind === "both" || one.kind === other.kind;
  return kinds && (meet(one.host, other.host) || meet(one.guest, other.guest));
}

function meet(one: Range, other: Range): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** Returns the value of `raw.idmap`. */
export function rawIdmap(idmap: readonly IdMapping[]): string {
  return idmap.map(({ kind, host, guest }) => `${kind} ${rangeText(host)} ${rangeText(guest)}`).join("\n");
}

/** Tells whether the ranges of a user in the text of `/etc/subuid` or `/etc/subgid` have all ids of a range. */
export function allows(text: string, range: Range): boolean {
  const ranges = text.split("\n").flatMap((line) => {
    const [name, first, count] = line.trim().split(":");
    return name === "root" || name === "0"
      ? [{ first: Number(first), last: Number(first) + Number(count) - 1 }]
      : [];
  }).sort((a, b) => a.first - b.first);
  let next = range.first;
  for (const { first, last } of ranges) {
    if (first <= next && last >= next) next = last + 1;
  }
  return next > range.last;
}
