/**
 * The order in which the sections of a file are applied. A section names the phases in which it has items; sections
 * of one phase follow each other as the list of sections has them.
 *
 * @module
 */

/** The order within a file, and its defaults: those of the Go lxops or those of cloud-init. */
export type Order = "lxops" | "cloud-init";

const LXOPS = [
  "bootcmd",
  "files",
  "network",
  "repositories",
  "packages",
  "users",
  "logins",
  "importedKeys",
  "timezone",
  "locale",
  "keyboard",
  "ntp",
  "mounts",
  "snap",
  "deferredFiles",
  "commands",
  "finalMessage",
] as const;

const CLOUD_INIT = [
  "bootcmd",
  "files",
  "mounts",
  "network",
  "users",
  "logins",
  "snap",
  "importedKeys",
  "keyboard",
  "locale",
  "repositories",
  "ntp",
  "timezone",
  "packages",
  "deferredFiles",
  "commands",
  "finalMessage",
] as const satisfies readonly Phase[];

/** A step on the way through a file. */
export type Phase = typeof LXOPS[number];

/** A list of all phases; for a list without one of them, a type that names it and that no list has. */
type Complete<L extends readonly Phase[]> = [Exclude<Phase, L[number]>] extends [never] ? readonly Phase[]
  : { readonly missing: Exclude<Phase, L[number]> };

/** The phases of a file in each order. */
export const ORDERS: {
  readonly lxops: readonly Phase[];
  readonly "cloud-init": Complete<typeof CLOUD_INIT>;
} = { lxops: LXOPS, "cloud-init": CLOUD_INIT };
