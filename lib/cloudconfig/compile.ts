/**
 * Cloud-config files become items, one whole file after another, in the order of the code that upstream has or
 * in cloud-init's.
 *
 * @module
 */
import { basename } from "@std/path";
import { lazily } from "../lazily.ts";
import type { CloudConfig } from "./config.ts";
import { type Draft, type Item, oneLine, type Target } from "./item.ts";
import type { OSType } from "./ostype.ts";
import type { Context, Order, Section } from "./context.ts";
import { aptItems } from "./sections/apt.ts";
import { bootcmdItems, finalMessageItems, powerStateItems } from "./sections/boot.ts";
import { chpasswdItems, passwordLoginItems } from "./sections/chpasswd.ts";
import { hostKeyItems } from "./sections/host_keys.ts";
import { hostnameItems, hostsItems } from "./sections/hostname.ts";
import { importedKeyItems, keyItems } from "./sections/keys.ts";
import { keyboardItems, localeItems, timezoneItems } from "./sections/localization.ts";
import { mountItems } from "./sections/mounts.ts";
import { ntpItems, resolverItems } from "./sections/network.ts";
import { packageItems, packageUpdateItems } from "./sections/packages.ts";
import { repositoryItems } from "./sections/repositories.ts";
import { runcmdItems } from "./sections/runcmd.ts";
import { snapItems } from "./sections/snap.ts";
import { trustItems } from "./sections/trust.ts";
import { groupItems, userItems } from "./sections/users.ts";
import { deferredFileItems, fileItems } from "./sections/write_files.ts";
import { sha256 } from "./sha256.ts";

export type { Item, Order };

const REPOSITORIES: readonly Section[] = [aptItems, repositoryItems];
const PACKAGES: readonly Section[] = [packageUpdateItems, packageItems];
const USERS: readonly Section[] = [groupItems, userItems];
const LOGINS: readonly Section[] = [keyItems, hostKeyItems, chpasswdItems, passwordLoginItems];
const NAMES: readonly Section[] = [hostnameItems, hostsItems, resolverItems, trustItems];

/** The sections of a file in their order. */
const ORDERS: Readonly<Record<Order, readonly Section[]>> = {
  lxops: [
    bootcmdItems,
    fileItems,
    ...NAMES,
    ...REPOSITORIES,
    ...PACKAGES,
    ...USERS,
    ...LOGINS,
    importedKeyItems,
    timezoneItems,
    localeItems,
    keyboardItems,
    ntpItems,
    mountItems,
    snapItems,
    deferredFileItems,
    runcmdItems,
    finalMessageItems,
  ],
  "cloud-init": [
    bootcmdItems,
    fileItems,
    mountItems,
    ...NAMES,
    ...USERS,
    ...LOGINS,
    snapItems,
    importedKeyItems,
    keyboardItems,
    localeItems,
    ...REPOSITORIES,
    ntpItems,
    timezoneItems,
    ...PACKAGES,
    deferredFileItems,
    runcmdItems,
    finalMessageItems,
  ],
};

/** Hashes what makes the items; the second of two that are made of the same gets another id than the first. */
function idsOf(drafts: readonly Draft[]): readonly string[] {
  const seen = new Map<string, number>();
  return drafts.map(({ section, content }) => {
    const text = JSON.stringify([section, typeof content === "function" ? content() : content]);
    const count = seen.get(text) ?? 0;
    seen.set(text, count + 1);
    return sha256(count === 0 ? text : `${text}#${count}`);
  });
}

/** Gives drafts their ids and targets. */
function finish(drafts: readonly { draft: Draft; config: CloudConfig }[]): Item[] {
  const ids = lazily(() => idsOf(drafts.map(({ draft }) => draft)));
  const targets = new Set<string>();
  return drafts.map(({ draft, config }, index) => {
    const { section, script, helpers = [], target, path, secrets = [] } = draft;
    // What is only ever added to has no first item that makes the rest begin anew.
    const known = target !== undefined && (targets.has(target) || !draft.adds);
    const first = known && !targets.has(target);
    if (known) targets.add(target);
    return {
      get id() {
        return ids()[index]!;
      },
      section,
      key: String(path[0]),
      title: oneLine(`${oneLine(draft.title, 80)} (${basename(config.file)})`, 160),
      script,
      helpers,
      secrets,
      ...(known ? { target: targetOf(target, first) } : {}),
      get location() {
        return config.locate(path);
      },
    };
  });
}

function targetOf(target: string, first: boolean): Target {
  const key = lazily(() => sha256(target).slice(0, 12));
  return {
    get key() {
      return key();
    },
    first,
  };
}

/** Makes the items of these files. What stops the instance comes after all of them, and the last file says what. */
export function compile(
  configs: readonly CloudConfig[],
  os: OSType,
  options: { readonly order: Order },
): readonly Item[] {
  const surroundings = configs.map((config, index): [CloudConfig, Context] => [
    config,
    { os, order: options.order, earlier: configs.slice(0, index) },
  ]);
  const drafts = surroundings.flatMap(([config, context]) =>
    ORDERS[options.order].flatMap((section) => section(config, context).map((draft) => ({ draft, config })))
  );
  const last = configs.flatMap((config) => powerStateItems(config).map((draft) => ({ draft, config }))).slice(
    -1,
  );
  return finish([...drafts, ...last]);
}
