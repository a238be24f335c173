/**
 * Checks: the files, users, packages and other things in an instance that an item is responsible for, as data. A
 * section returns them with its items; `plan/drift` compares them with the instance.
 *
 * @module
 */
import type { PackageManager } from "../shell/packages.ts";

/** A file with all of its content. */
export interface FileCheck {
  readonly kind: "file";
  readonly path: string;
  /** Absent: only the instance knows the content, as it was noted there when the item was applied. */
  readonly content?: Uint8Array;
  /** Octal, four digits. */
  readonly mode?: string;
  /** Argument of `chown`: `user`, `user:group` or `:group`, with names or ids. */
  readonly owner?: string;
  /** The content is at the end of the file, after the earlier content. */
  readonly appended?: true;
  /** Nothing of the content may be shown. */
  readonly secret?: true;
  /** The item leaves it out where its directory does not exist. */
  readonly inDirectory?: true;
}

/** A line that a file has among others. */
export interface LineCheck {
  readonly kind: "line";
  readonly path: string;
  readonly line: string;
}

/** A user; the item is not responsible for absent fields. */
export interface UserCheck {
  readonly kind: "user";
  readonly name: string;
  readonly uid?: string;
  readonly gecos?: string;
  readonly home?: string;
  readonly shell?: string;
  readonly primary?: string;
  /** The day on which the account expires, counted from 1970, and the days that it stays open with an old password. */
  readonly expires?: string;
  readonly inactive?: string;
  readonly groups: readonly string[];
}

/** A group. */
export interface GroupCheck {
  readonly kind: "group";
  readonly name: string;
  readonly members: readonly string[];
}

/** The public keys of a user. */
export interface KeysCheck {
  readonly kind: "keys";
  readonly name: string;
  readonly keys: readonly string[];
}

/** The password of a user. */
export interface PasswordCheck {
  readonly kind: "password";
  readonly name: string;
  /** The hash that it was set to. */
  readonly hash?: string;
  readonly locked?: boolean;
}

/** An installed package. */
export interface PackageCheck {
  readonly kind: "package";
  readonly manager: PackageManager;
  readonly name: string;
  readonly version?: string;
}

/** A service of the system, or another unit of systemd by its whole name. */
export interface ServiceCheck {
  readonly kind: "service";
  readonly name: string;
  readonly enabled?: boolean;
  readonly active?: boolean;
  /** It cannot be started; false: an earlier mask is taken back. */
  readonly masked?: boolean;
  /** The item does nothing where there is no such service. */
  readonly ifThere?: true;
}

/** The time zone of the system. */
export interface ZoneCheck {
  readonly kind: "zone";
  readonly name: string;
}

/** The host name; `file`: the file of it exists in any case. */
export interface HostnameCheck {
  readonly kind: "hostname";
  readonly name: string;
  readonly file: boolean;
}

/** The line of a host name in /etc/hosts; empty names are those of the instance. */
export interface HostsCheck {
  readonly kind: "hosts";
  readonly address: string;
  readonly full: string;
  readonly short: string;
}

/** A keyword of sshd's configuration. */
export interface SshdCheck {
  readonly kind: "sshd";
  readonly keyword: string;
  readonly value: string;
}

/** A variable in a file of settings, which may be exported. */
export interface VariableCheck {
  readonly kind: "variable";
  readonly path: string;
  readonly name: string;
  readonly value: string;
}

/** A mount in the table, with its place as the table has it; `mounted`: it is also mounted. */
export interface MountCheck {
  readonly kind: "mount";
  readonly field: string;
  readonly line: string;
  readonly mounted: boolean;
  /** Flags that take rights away, such as `nosuid`, which the mounted file system has, too. */
  readonly flags?: readonly string[];
}

/** A file that must not exist. */
export interface AbsentCheck {
  readonly kind: "absent";
  readonly path: string;
}

/** A locale that programs can use, where the system has to make locales. */
export interface LocaleCheck {
  readonly kind: "locale";
  readonly name: string;
}

/** Certificates in the file of all certificates that the system trusts; each is the text between its two lines. */
export interface TrustCheck {
  readonly kind: "trust";
  readonly bundle: string;
  readonly certificates: readonly string[];
}

/** A thing in an instance that an item is responsible for. */
export type Check =
  | FileCheck
  | LineCheck
  | UserCheck
  | GroupCheck
  | KeysCheck
  | PasswordCheck
  | PackageCheck
  | ServiceCheck
  | ZoneCheck
  | HostnameCheck
  | HostsCheck
  | SshdCheck
  | VariableCheck
  | MountCheck
  | AbsentCheck
  | LocaleCheck
  | TrustCheck;
