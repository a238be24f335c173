/**
 * The time limits of items that lxops itself writes.
 *
 * @module
 */

/** The time limit of an item about accounts or files, in seconds. */
export const OWN_SECONDS = 120;

/** Sections that have lxops' own commands only: none of them downloads, starts a service or runs a command of the user. */
const OWN: ReadonlySet<string> = new Set([
  "chpasswd",
  "groups",
  "ids",
  "password",
  "ssh_authorized_keys",
  "users",
  "write_files",
]);

/**
 * Returns the time limit of an item of a section where the user sets none, in seconds; `undefined` for none. A FIFO in
 * the place of a file of accounts would make such an item wait forever.
 */
export function ownLimit(section: string): number | undefined {
  return OWN.has(section) ? OWN_SECONDS : undefined;
}
