/**
 * The sections that most files have, and no others: a file that has only these is read and compiled without the
 * rest, whose modules and schemas take longer than all else about it.
 *
 * @module
 */
import { assemble, type Compiler } from "./assemble.ts";
import type { Rules } from "../read/check.ts";
import { ofUsers } from "./no_effect_users.ts";
import { importedKeyItems, keyItems, keyKeys } from "../sections/users/ssh_keys.ts";
import { packageItems, packageKeys, packageUpdateItems } from "../sections/packages/packages.ts";
import { runcmdItems, runcmdKeys } from "../sections/commands/runcmd.ts";
import { groupItems, userItems } from "../sections/users/users.ts";
import { deferredFileItems, fileItems, writeFilesKeys } from "../sections/files/write_files.ts";
import { userKeys } from "../sections/users/user_schema.ts";
import { mapWith } from "../model/fields.ts";

const keys = { ...writeFilesKeys, ...packageKeys, ...userKeys, ...keyKeys, ...runcmdKeys } as const;

/** Files that have only these keys fit or not by these. */
export const rules: Rules = { schema: mapWith(keys), remarks: ofUsers };

/** The sections of these keys. */
export const COMMON = {
  files: fileItems,
  packageUpdate: packageUpdateItems,
  packages: packageItems,
  groups: groupItems,
  users: userItems,
  keys: keyItems,
  importedKeys: importedKeyItems,
  deferredFiles: deferredFileItems,
  runcmd: runcmdItems,
} as const;

/** Makes items of files that have only these keys. */
export const compiler: Compiler = {
  compile: (configs, os, options) => assemble({ ordered: COMMON }, configs, os, options),
  // These keys are for every system.
  leftOut: () => [],
};

/** Whether data has no other keys. */
export function isCommon(data: unknown): boolean {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return false;
  return Object.keys(data).every((key) => Object.hasOwn(keys, key));
}
