/**
 * The start of command lines of rsync.
 *
 * @module
 */

/** Copies files with owners, modes, times, links, holes, ACLs and attributes, and stays within one filesystem. */
export const RSYNC = ["rsync", "-aHAXSx", "--numeric-ids", "--modify-window=-1"] as const;
