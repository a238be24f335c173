/**
 * Cloud-config files become items, one whole file after another, in the order of the code that upstream has or
 * in cloud-init's.
 *
 * @module
 */
import { basename } from "@std/path";
import type { CloudConfig } from "./config.ts";
import { type Draft, type Item, oneLine } from "./item.ts";
import type { OSType } from "./ostype.ts";
import { packageItems, packageUpdateItems } from "./sections/packages.ts";
import { runcmdItems } from "./sections/runcmd.ts";
import { groupItems, type UserContext, userItems } from "./sections/users.ts";
import { sha256 } from "./sha256.ts";
import { writeFilesItems } from "./sections/write_files.ts";

/** How items are ordered within a file. */
export type Order = "lxops" | "cloud-init";

type Phase = (config: CloudConfig, context: UserContext) => readonly Draft[];

const phases = {
  write_files: (config) => writeFilesItems(config, false),
  write_files_deferred: (config) => writeFilesItems(config, true),
  package_update: (config, { os }) => packageUpdateItems(config, os),
  packages: (config, { os }) => packageItems(config, os),
  groups: groupItems,
  users: userItems,
  runcmd: runcmdItems,
} as const satisfies Readonly<Record<string, Phase>>;

/** Phases of a file; those that both orders have are the same functions at other places. */
const ORDERS: Readonly<Record<Order, readonly (keyof typeof phases)[]>> = {
  lxops: [
    "write_files",
    "package_update",
    "packages",
    "groups",
    "users",
    "write_files_deferred",
    "runcmd",
  ],
  "cloud-init": [
    "write_files",
    "groups",
    "users",
    "package_update",
    "packages",
    "write_files_deferred",
    "runcmd",
  ],
};

/** Gives drafts their ids and targets; the second of two equal drafts gets another id than the first. */
function finish(drafts: readonly { draft: Draft; config: CloudConfig }[]): Item[] {
  const seen = new Map<string, number>();
  const targets = new Set<string>();
  return drafts.map(({ draft, config }) => {
    const { section, script, helpers = [], content, target, path } = draft;
    const text = JSON.stringify([section, content]);
    const count = seen.get(text) ?? 0;
    seen.set(text, count + 1);
    // What is only ever added to has no first item that makes the rest begin anew.
    const known = target !== undefined && (targets.has(target) || !draft.adds);
    const first = known && !targets.has(target);
    if (known) targets.add(target);
    return {
      id: sha256(count === 0 ? text : `${text}#${count}`),
      section,
      title: oneLine(`${oneLine(draft.title, 80)} (${basename(config.file)})`, 160),
      script,
      helpers,
      ...(known ? { target: { key: sha256(target).slice(0, 12), first } } : {}),
      get location() {
        return config.locate(path);
      },
    };
  });
}

export type { Item };

/** Makes the items of these files. */
export function compile(
  configs: readonly CloudConfig[],
  os: OSType,
  options: { readonly order: Order },
): readonly Item[] {
  const drafts = configs.flatMap((config, index) => {
    const context: UserContext = { os, order: options.order, earlier: configs.slice(0, index) };
    return ORDERS[options.order].flatMap((name) => {
      const phase: Phase = phases[name];
      return phase(config, context).map((draft) => ({ draft, config }));
    });
  });
  return finish(drafts);
}
