/**
 * All sections, for files of any content.
 *
 * @module
 */
import { assemble, type SectionName } from "./assemble.ts";
import { COMMON } from "./common.ts";
import type { CloudConfig } from "../model/config.ts";
import type { Order, Section } from "../model/context.ts";
import type { Item } from "../model/item.ts";
import type { OSType } from "../model/ostype.ts";
import { aptItems } from "../sections/packages/apt.ts";
import { bootcmdItems, finalMessageItems, powerStateItems } from "../sections/commands/boot.ts";
import { chpasswdItems, passwordLoginItems } from "../sections/users/chpasswd.ts";
import { hostKeyItems } from "../sections/system/host_keys.ts";
import { hostnameItems, hostsItems } from "../sections/system/hostname.ts";
import { keyboardItems, localeItems, timezoneItems } from "../sections/system/localization.ts";
import { mountItems } from "../sections/system/mounts.ts";
import { resolverItems } from "../sections/system/network.ts";
import { ntpItems } from "../sections/system/ntp.ts";
import { repositoryItems } from "../sections/packages/repositories.ts";
import { snapItems } from "../sections/packages/snap.ts";
import { trustItems } from "../sections/system/trust.ts";

export type { Item, Order };

const ALL: Readonly<Record<SectionName, Section>> = {
  ...COMMON,
  bootcmd: bootcmdItems,
  hostname: hostnameItems,
  hosts: hostsItems,
  resolver: resolverItems,
  trust: trustItems,
  apt: aptItems,
  repositories: repositoryItems,
  hostKeys: hostKeyItems,
  chpasswd: chpasswdItems,
  passwordLogin: passwordLoginItems,
  timezone: timezoneItems,
  locale: localeItems,
  keyboard: keyboardItems,
  ntp: ntpItems,
  mounts: mountItems,
  snap: snapItems,
  finalMessage: finalMessageItems,
};

/** Makes the items of these files. */
export function compile(
  configs: readonly CloudConfig[],
  os: OSType,
  options: { readonly order: Order },
): readonly Item[] {
  return assemble({ ordered: ALL, last: powerStateItems }, configs, os, options);
}
