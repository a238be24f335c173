/**
 * What the items of a file depend on besides the file.
 *
 * @module
 */
import type { CloudConfig } from "./config.ts";
import type { Draft } from "./item.ts";
import type { OSType } from "./ostype.ts";

/** How items are ordered within a file, and defaults chosen: as upstream does it, or as cloud-init does. */
export type Order = "lxops" | "cloud-init";

/** The surroundings of a file. */
export interface Context {
  readonly os: OSType;
  readonly order: Order;
  /** The files before this one. */
  readonly earlier: readonly CloudConfig[];
}

/** Makes the items of one section of a file. */
export type Section = (config: CloudConfig, context: Context) => readonly Draft[];
