/**
 * The sections that most files have. A file with no other keys is read and compiled without the other sections, whose
 * modules and schemas take longer to load than everything else that is done with the file.
 *
 * @module
 */
import { combineSections, keysOf, type ValuesOfAll } from "../model/section.ts";
import { runcmd } from "./commands/runcmd.ts";
import { writeFiles } from "./files/write_files.ts";
import { packages } from "./packages/packages.ts";
import { sshKeys } from "./users/ssh_keys.ts";
import { users } from "./users/users.ts";

/** The sections of most files. */
export const COMMON = [writeFiles, packages, users, sshKeys, runcmd] as const;

/** The checked values of a file that has no other keys. */
export type CommonValues = ValuesOfAll<typeof COMMON>;

/** The common sections as a set. */
export const common = combineSections<CommonValues>(COMMON);

const keys: ReadonlySet<string> = new Set(keysOf(common));

/** Reports whether the content of a file has no keys but those of common sections. */
export function isCommon(data: unknown): boolean {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return false;
  return Object.keys(data).every((key) => keys.has(key));
}
