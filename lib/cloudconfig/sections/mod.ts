/**
 * The list of all sections. The schema of a file, the keys that are applied and the items all derive from it. Where
 * several sections have items in one phase, they follow each other in the order of this list.
 *
 * @module
 */
import type { CloudConfigOf } from "../model/config.ts";
import { combineSections, keysOf, type ValuesOfAll } from "../model/section.ts";
import { boot } from "./commands/boot.ts";
import { COMMON } from "./common.ts";
import { apt } from "./packages/apt.ts";
import { repositories } from "./packages/repositories.ts";
import { snap } from "./packages/snap.ts";
import { hostKeys } from "./system/host_keys.ts";
import { hostname } from "./system/hostname.ts";
import { localization } from "./system/localization.ts";
import { mounts } from "./system/mounts.ts";
import { resolver } from "./system/network.ts";
import { ntp } from "./system/ntp.ts";
import { trust } from "./system/trust.ts";
import { UNSUPPORTED } from "./unsupported.ts";
import { passwords } from "./users/chpasswd.ts";

const ALL = [
  ...COMMON,
  boot,
  hostname,
  resolver,
  trust,
  apt,
  repositories,
  hostKeys,
  passwords,
  localization,
  ntp,
  mounts,
  snap,
] as const;

/** The checked values of a cloud-config file. */
export type Values = ValuesOfAll<typeof ALL>;

/** A cloud-config file. */
export type CloudConfig = CloudConfigOf<Values>;

/** All sections as a set, with the keys of cloud-init that have no effect. */
export const sections = combineSections<Values>(ALL, UNSUPPORTED);

/** The keys that are applied. */
export const appliedKeys: readonly string[] = keysOf(sections);
