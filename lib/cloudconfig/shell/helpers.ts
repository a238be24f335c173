/**
 * The shell functions that items call. A script has only those that its items need.
 *
 * @module
 */
import type { PackageManager } from "../model/ostype.ts";
import { PASSWORDS, RIGHTS } from "./access.ts";
import { ENTRIES, GROUPS, USER } from "./accounts.ts";
import { APT_SOURCES } from "./apt_sources.ts";
import { KEYS } from "./authorized_keys.ts";
import { APPEND, DIRECTORIES, FETCH, WRITE } from "./files.ts";
import { MOUNTS } from "./mounts.ts";
import { PACKAGE_FUNCTIONS } from "./packages.ts";
import { SERVICES, SSHD } from "./services.ts";
import { LATER, LOCALE, SYSTEM, TIMEZONE } from "./system.ts";
import { TRUST } from "./trust.ts";

/** The name of a text with one or several shell functions. */
export type HelperName =
  | PackageManager
  | "append"
  | "directories"
  | "entries"
  | "fetch"
  | "groups"
  | "keys"
  | "later"
  | "passwords"
  | "rights"
  | "services"
  | "sshd"
  | "aptSources"
  | "locale"
  | "mounts"
  | "system"
  | "timezone"
  | "trust"
  | "user"
  | "write";

interface Helper {
  readonly text: string;
  readonly needs?: readonly HelperName[];
}

const HELPERS: Readonly<Record<HelperName, Helper>> = {
  ...PACKAGE_FUNCTIONS,
  directories: { text: DIRECTORIES },
  write: { text: WRITE, needs: ["directories"] },
  append: { text: APPEND, needs: ["directories"] },
  entries: { text: ENTRIES },
  fetch: { text: FETCH },
  groups: { text: GROUPS, needs: ["entries"] },
  user: { text: USER, needs: ["groups"] },
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
  keys: { text: KEYS, needs: ["entries"] },
};

/** The text of these functions and of those that they need, each once, what is needed first. */
export function helperText(names: Iterable<HelperName>): string {
  const texts = new Map<HelperName, string>();
  const add = (name: HelperName) => {
    if (texts.has(name)) return;
    const { text, needs = [] } = HELPERS[name];
    needs.forEach(add);
    texts.set(name, text.trim());
  };
  for (const name of names) add(name);
  return [...texts.values()].join("\n");
}
