/**
 * Finds possible mistakes in a cloud-config file without an instance.
 *
 * @module
 */
import { sortIssues } from "../../config/schema/validate.ts";
import type { Issue } from "../../base/errors.ts";
import type { Remark } from "../model/section.ts";
import type { CloudConfig, Values } from "../sections/mod.ts";
import { parseCloudConfig } from "./schema.ts";
import { commandFindings } from "./lint_commands.ts";
import { PRIVATE_KEY } from "../model/secrets.ts";

type Check = (values: Values) => readonly Remark[];

/** A text that can only be a hash, also of bcrypt or yescrypt. */
const CRYPT = /^\$(?:1|2[abxy]|5|6|7|y|gy)\$[^:]+\$[^:]*[.\/A-Za-z0-9]{4,}$/;
/** A hash of crypt(3), or a field that no password matches. */
const HASH = /^(?:[!*]|\$[0-9a-z]+\$|[A-Za-z0-9./]{13}$|_[A-Za-z0-9./]{19}$)/;

function passwords({ users = [], chpasswd = {}, password }: Values): Remark[] {
  const clear = "This password is in clear text; a hash is safer, for example from `mkpasswd -m sha-512`";
  const notHash = "This is not a hash, so that no password matches it; use plain_text_passwd for text";
  const isHash = "This is a hash and would become the password itself; use hashed_passwd for hashes";
  return [
    ...users.flatMap((user, index): Remark[] => {
      const at = (key: string) => ["users", index, key];
      const value = user.hashed_passwd ?? user.passwd;
      const key = user.hashed_passwd === undefined ? "passwd" : "hashed_passwd";
      const given = value ?? user.plain_text_passwd;
      return [
        ...(user.plain_text_passwd ? [{ path: at("plain_text_passwd"), message: clear }] : []),
        ...(user.plain_text_passwd && CRYPT.test(user.plain_text_passwd)
          ? [{ path: at("plain_text_passwd"), message: isHash }]
          : []),
        ...(value && !HASH.test(value) ? [{ path: at(key), message: notHash }] : []),
        ...(given && user.lock_passwd === undefined
          ? [{
            path: ["users", index],
            message: "The password is locked, because lock_passwd is true by default",
          }]
          : []),
        ...(user.lock_passwd === false && given === undefined
          ? [{ path: at("lock_passwd"), message: "There is no password to unlock: the file has none" }]
          : []),
      ];
    }),
    ...(chpasswd.users ?? []).flatMap(({ value, hashed }, index): Remark[] => {
      const path = ["chpasswd", "users", index, "password"];
      if (value && hashed && !HASH.test(value)) {
        return [{ path, message: `${notHash.split(";")[0]}; use "type: text" for text` }];
      }
      if (value && !hashed && CRYPT.test(value)) {
        return [{ path, message: `${isHash.split(";")[0]}; use "type: hash" for hashes` }];
      }
      return value && !hashed ? [{ path, message: clear }] : [];
    }),
    ...(chpasswd.list ?? []).flatMap(({ value, hashed }, index): Remark[] =>
      value && !hashed ? [{ path: ["chpasswd", "list", index], message: clear }] : []
    ),
    ...(password && !HASH.test(password) ? [{ path: ["password"], message: clear }] : []),
  ];
}

/** Returns the home directory that contains a path; empty if there is none. */
function homeOf(path: string, homes: ReadonlyMap<string, string>): string {
  return [...homes.keys()].find((home) => path.startsWith(`${home.replace(/\/+$/, "")}/`)) ?? "";
}

function files({ write_files: all = [], users = [], packages = [] }: Values): Remark[] {
  const names = new Set(users.map(({ name }) => name));
  const homes = new Map(
    users.filter(({ name }) => name !== "root").map((
      { name, homedir },
    ) => [homedir || `/home/${name}`, name]),
  );
  const seen = new Map<string, number>();
  return all.flatMap((file, index): Remark[] => {
    const [owner = ""] = file.owner.split(":");
    const before = seen.get(file.path);
    if (!file.append) seen.set(file.path, index);
    const at = (key: string) => ["write_files", index, key];
    const secret = PRIVATE_KEY.test(new TextDecoder().decode(file.content)) && (file.mode & 0o077) !== 0;
    const found: (Remark | false)[] = [
      !file.defer && names.has(owner) && {
        path: at("owner"),
        message:
          `The file is written before the user "${owner}" is created; "defer: true" writes it afterwards`,
      },
      !file.defer && !names.has(owner) && homes.has(homeOf(file.path, homes)) && {
        path: at("path"),
        message:
          `The file is written before the user "${
            homes.get(homeOf(file.path, homes))
          }" is created, whose home ` +
          `directory then exists and does not get the files of a new one; "defer: true" writes it afterwards`,
      },
      !file.defer && packages.length > 0 &&
      /^\/etc\/(?:nginx|apache2|ssh|mysql|postgresql|php)\//.test(file.path) && {
        path: at("path"),
        message: `The file is written before packages are installed; "defer: true" writes it afterwards`,
      },
      before !== undefined && !file.append && {
        path: at("path"),
        message: `The file replaces the one that write_files.${before} writes`,
      },
      secret && { path: at("permissions"), message: "Others can read this private key" },
      (file.mode & 0o002) !== 0 && (file.mode & 0o1000) === 0 && {
        path: at("permissions"),
        message: "Everybody can write to this file",
      },
    ];
    return found.filter((finding) => finding !== false);
  });
}

function commands({ runcmd = [], bootcmd = [] }: Values): Remark[] {
  return [
    ...commandFindings("runcmd", runcmd),
    ...commandFindings("bootcmd", bootcmd),
    ...(bootcmd.length > 0
      ? [{ path: ["bootcmd"], message: "These commands run when the file is applied, not at every start" }]
      : []),
  ];
}

function logins({ users = [], groups = [], ssh_authorized_keys: top = [] }: Values): Remark[] {
  const keys = [
    ...top.map((key, index) => ({ key, path: ["ssh_authorized_keys", index] })),
    ...users.flatMap(({ ssh_authorized_keys: own = [] }, index) =>
      own.map((key, at) => ({ key, path: ["users", index, "ssh_authorized_keys", at] }))
    ),
  ];
  const names = new Set(users.map(({ name }) => name));
  return [
    ...keys.filter(({ key }) => !/(?:^|\s)(?:sk-)?(?:ssh|ecdsa)-[\w@.-]+ AAAA/.test(key))
      .map(({ path }): Remark => ({ path, message: "This does not look like a public key" })),
    ...users.flatMap((user, index): Remark[] => {
      const without = user.no_create_home ? "no_create_home" : user.system ? "system" : undefined;
      const given = (["ssh_authorized_keys", "ssh_import_id"] as const).find((key) => user[key]?.length);
      if (without === undefined || given === undefined) return [];
      const message =
        `A home directory is created for these keys despite ${without}; cloud-init refuses both`;
      return [{ path: ["users", index, given], message }];
    }),
    ...groups.flatMap(({ name, members }, index) =>
      members.filter((member) => names.has(member)).map((member): Remark => ({
        path: ["groups", index],
        message: `Groups are created before users: give the user "${member}" the group "${name}" instead`,
      }))
    ),
  ];
}

const CHECKS: readonly Check[] = [passwords, files, commands, logins];

/** Finds possible mistakes in a checked file. */
export function findings(config: CloudConfig): readonly Issue[] {
  return CHECKS.flatMap((check) => check(config.values)).map(({ path, message }): Issue => ({
    ...config.locate(path),
    key: path.join("."),
    message,
    severity: "warning",
  }));
}

/** Reads and checks a file. A `ConfigError` has the errors that make it unusable. */
export function lintCloudConfig(file: string, text: string): readonly Issue[] {
  const { cloudConfig, warnings } = parseCloudConfig(file, text);
  return sortIssues([...warnings, ...findings(cloudConfig)]);
}
