/**
 * The shell functions that items call. A script has only those that its items need.
 *
 * @module
 */
import { PASSWORDS, RIGHTS } from "./access.ts";
import { ENTRIES, GROUPS, USER } from "./accounts.ts";
import { APT_SOURCES } from "./apt_sources.ts";
import { KEYS } from "./authorized_keys.ts";
import { APPEND, DIRECTORIES, FETCH, WRITE } from "./files.ts";
import { KEEP_HOME } from "./homes.ts";
import { IDS } from "./ids.ts";
import { MOUNTS } from "./mounts.ts";
import { PACKAGE_FUNCTIONS } from "./packages.ts";
import { SERVICES, SSHD } from "./services.ts";
import { SHARED_FILES } from "./shared_files.ts";
import { LATER, LOCALE, SYSTEM, TIMEZONE } from "./system.ts";
import { TRUST } from "./trust.ts";

interface Helper {
  readonly text: string;
  readonly needs?: readonly string[];
}

const HELPERS = {
  ...PACKAGE_FUNCTIONS,
  directories: { text: DIRECTORIES },
  shared: { text: SHARED_FILES, needs: ["directories"] },
  write: { text: WRITE, needs: ["shared"] },
  append: { text: APPEND, needs: ["write"] },
  entries: { text: ENTRIES },
  fetch: { text: FETCH },
  groups: { text: GROUPS, needs: ["entries"] },
  homes: { text: KEEP_HOME, needs: ["entries"] },
  user: { text: USER, needs: ["groups", "homes"] },
  ids: { text: IDS },
  passwords: { text: PASSWORDS, needs: ["entries"] },
  rights: { text: RIGHTS },
  services: { text: SERVICES },
  sshd: { text: SSHD, needs: ["services"] },
  aptSources: { text: APT_SOURCES, needs: ["write", "apt"] },
  later: { text: LATER },
  locale: { text: LOCALE },
  mounts: { text: MOUNTS },
  system: { text: SYSTEM },
  timezone: { text: TIMEZONE },
  trust: { text: TRUST },
  keys: { text: KEYS, needs: ["entries", "shared"] },
} as const satisfies Readonly<Record<string, Helper>>;

/** The name of a text with one or several shell functions. */
export type HelperName = keyof typeof HELPERS;

/** The same, for which the compiler checks that helpers need only helpers. */
const HELPER_TABLE: Readonly<Record<HelperName, Helper & { readonly needs?: readonly HelperName[] }>> =
  HELPERS;

/** Joins the texts of functions and of those that they need, each once, the needed ones first. */
export function helperText(names: Iterable<HelperName>): string {
  const texts = new Map<HelperName, string>();
  const add = (name: HelperName) => {
    if (texts.has(name)) return;
    const { text, needs = [] } = HELPER_TABLE[name];
    needs.forEach(add);
    texts.set(name, text.trim());
  };
  for (const name of names) add(name);
  return [...texts.values()].join("\n");
}
