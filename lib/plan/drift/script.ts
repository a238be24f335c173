/**
 * The script that looks at all things of an instance in one go. It changes nothing.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import type { Check } from "../../cloudconfig/model/check.ts";
import { contentOfNext } from "../../cloudconfig/model/print.ts";
import { SSHD_FILES } from "../../cloudconfig/shell/authorized_keys.ts";
import { HOMES, LOOK_HOMES } from "../../cloudconfig/shell/homes.ts";
import {
  FILES,
  LOOK_ACCOUNTS,
  LOOK_FILES,
  LOOK_LINES,
  LOOK_LINKS,
  LOOK_PACKAGES,
  LOOK_SERVICES,
} from "../../cloudconfig/shell/looks.ts";
import {
  LOOK_LOCALE,
  LOOK_RESOLVER,
  LOOK_START,
  LOOK_SYSTEM,
  LOOK_TRUST,
} from "../../cloudconfig/shell/system_looks.ts";
import { END } from "./answer.ts";
import { RESOLVER } from "./files.ts";
import type { Subject } from "./subjects.ts";

/** The most paths of one call. */
const PATHS = 200;

type Of<K extends Check["kind"]> = Extract<Check, { readonly kind: K }>;

function of<K extends Check["kind"]>(subjects: readonly Subject[], kind: K): readonly Of<K>[] {
  return subjects.flatMap(({ check }) => check.kind === kind ? [check as Of<K>] : []);
}

/** A part of a script: functions, and lines that call them. */
export interface ScriptPart {
  readonly texts: readonly string[];
  readonly calls: readonly string[];
}

/** Returns a script without what must not leave the instance: hashes of secrets have a salt. */
export function lookScript(subjects: readonly Subject[], salt: string): string {
  const parts = [start(subjects), files(subjects), lines(subjects), accounts(subjects), system(subjects)]
    .filter(({ calls }) => calls.length > 0);
  return wholeScript(
    [...new Set([FILES, ...parts.flatMap(({ texts }) => texts)])],
    [`lxops_salt=${salt}`, ...parts.flatMap(({ calls }) => calls)],
  );
}

/** Returns a script that runs nothing where it was cut off, and whose output has an end. */
export function wholeScript(texts: readonly string[], calls: readonly string[]): string {
  return `lxops_main() {
exec 2>/dev/null
LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
umask 077
cd /
${texts.map((text) => text.trim()).join("\n")}
${calls.join("\n")}
printf '${END}\\n'
}
lxops_main </dev/null
`;
}

function words(all: readonly string[]): string {
  return all.map(quote).join(" ");
}

function* chunks<T>(all: readonly T[], size: number): Iterable<readonly T[]> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size);
}

/** Asks first whether the instance still starts: a service that starts meanwhile does not count as missing. */
function start(subjects: readonly Subject[]): ScriptPart {
  const isAsked = subjects.some(({ check }) =>
    /^(?:service|mount|hostname)$/.test(check.kind) || check.kind === "file" && check.path === RESOLVER
  );
  return isAsked ? { texts: [LOOK_START], calls: ["lxops_look_start"] } : { texts: [], calls: [] };
}

function files(subjects: readonly Subject[]): ScriptPart {
  const all = [...of(subjects, "file"), ...of(subjects, "absent")];
  if (all.length === 0) return { texts: [], calls: [] };
  const secret = all.filter((one) => one.kind === "file" && one.secret).map(({ path }) => path);
  const hasResolver = all.some(({ path }) => path === RESOLVER);
  return {
    texts: [LOOK_FILES, LOOK_LINKS, ...hasResolver ? [LOOK_RESOLVER] : []],
    calls: [
      ...hasResolver ? ["lxops_look_resolver"] : [],
      `lxops_secret=${quote(secret.join("\n"))}`,
      ...[...chunks(all, PATHS)].map((some) => `lxops_look_files ${words(some.map(({ path }) => path))}`),
      ...[...chunks(all, PATHS)].map((some) => `lxops_look_links ${words(some.map(({ path }) => path))}`),
      ...[...chunks(secret, PATHS)].map((some) => `lxops_look_secrets ${words(some)}`),
    ],
  };
}

function lines(subjects: readonly Subject[]): ScriptPart {
  const encoder = new TextEncoder();
  return {
    texts: [LOOK_LINES],
    calls: [
      ...of(subjects, "line").map(({ path, line }, index) =>
        `${contentOfNext(encoder.encode(`${line}\n`))}\nlxops_look_block ${index} ${quote(path)}`
      ),
      ...of(subjects, "variable").map(({ name, path }) => `lxops_look_variable ${words([name, path])}`),
    ],
  };
}

function accounts(subjects: readonly Subject[]): ScriptPart {
  const [users, groups, keys, passwords] = [
    of(subjects, "user"),
    of(subjects, "group"),
    of(subjects, "keys"),
    of(subjects, "password"),
  ];
  const names = new Set([
    ...[...users, ...keys, ...passwords].map(({ name }) => name),
    ...groups.flatMap(({ members }) => members),
  ]);
  if (names.size + groups.length === 0) return { texts: [], calls: [] };
  const encoder = new TextEncoder();
  const ofUsers = users.flatMap(({ primary, groups }) => primary ? [primary, ...groups] : groups);
  return {
    texts: [
      ...keys.length > 0 ? [SSHD_FILES] : [],
      ...users.length > 0 ? [HOMES, LOOK_HOMES] : [],
      LOOK_ACCOUNTS,
    ],
    calls: [
      `lxops_users=${quote(` ${[...names].join(" ")} `)}`,
      `lxops_groups=${quote([...new Set([...groups.map(({ name }) => name), ...ofUsers])].join(" "))}`,
      "lxops_look_accounts",
      ...users.length > 0 ? [`lxops_look_homes ${words(users.map(({ name }) => name))}`] : [],
      ...passwords.filter(({ hash }) => hash !== undefined).map(({ name }) =>
        `lxops_look_password ${quote(name)}`
      ),
      ...keys.filter(({ keys }) => keys.length > 0).map(({ name, keys }) =>
        `${contentOfNext(encoder.encode(keys.map((key) => `${key}\n`).join("")))}\nlxops_look_keys ${
          quote(name)
        }`
      ),
    ],
  };
}

function system(subjects: readonly Subject[]): ScriptPart {
  const packages = of(subjects, "package");
  const services = of(subjects, "service");
  const calls = subjects.flatMap(({ check }): string[] => {
    switch (check.kind) {
      case "zone":
        return [`lxops_look_zone ${quote(check.name)}`];
      case "hostname":
        return ["lxops_look_hostname"];
      case "hosts":
        return [`lxops_look_hosts ${words([check.address, check.full, check.short])}`];
      case "sshd":
        return [`lxops_look_sshd ${check.keyword}`];
      case "mount":
        return [`lxops_look_mount ${quote(check.field)}`];
      case "locale":
        return [`lxops_look_locale ${quote(check.name)}`];
      case "trust":
        return [
          contentOfNext(new TextEncoder().encode(check.certificates.map((one) => `${one}\n`).join(""))),
          `lxops_look_trust ${quote(check.bundle)}`,
        ];
      default:
        return [];
    }
  });
  return {
    texts: [
      ...packages.length > 0 ? [LOOK_PACKAGES] : [],
      ...services.length > 0 ? [LOOK_SERVICES] : [],
      ...calls.length > 0 ? [LOOK_SYSTEM] : [],
      ...of(subjects, "locale").length > 0 ? [LOOK_LOCALE] : [],
      ...of(subjects, "trust").length > 0 ? [LOOK_TRUST] : [],
    ],
    calls: [
      ...packages[0]
        ? [`lxops_look_packages ${packages[0].manager} ${words(packages.map(({ name }) => name))}`]
        : [],
      ...services.length > 0 ? [`lxops_look_services ${words(services.map(({ name }) => name))}`] : [],
      ...calls,
    ],
  };
}
