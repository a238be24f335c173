/**
 * Cloud-config files become items, one whole file after another, in the order of the code that upstream has or
 * in cloud-init's.
 *
 * @module
 */
import { basename } from "@std/path";
import { lazily } from "../../base/lazily.ts";
import type { CloudConfig } from "../model/config.ts";
import type { Context, Order, Section } from "../model/context.ts";
import { contentOfDraft, type Draft, type Item, oneLine, type Target } from "../model/item.ts";
import { maskText } from "../model/mask.ts";
import type { OSType } from "../model/ostype.ts";
import { sha256 } from "../model/sha256.ts";

const REPOSITORIES = ["apt", "repositories"] as const;
const PACKAGES = ["packageUpdate", "packages"] as const;
const USERS = ["groups", "users"] as const;
const LOGINS = ["keys", "hostKeys", "chpasswd", "passwordLogin"] as const;
const NAMES = ["hostname", "hosts", "resolver", "trust"] as const;

/** The sections of a file in their order. */
const ORDERS = {
  lxops: [
    "bootcmd",
    "files",
    ...NAMES,
    ...REPOSITORIES,
    ...PACKAGES,
    ...USERS,
    ...LOGINS,
    "importedKeys",
    "timezone",
    "locale",
    "keyboard",
    "ntp",
    "mounts",
    "snap",
    "deferredFiles",
    "runcmd",
    "finalMessage",
  ],
  "cloud-init": [
    "bootcmd",
    "files",
    "mounts",
    ...NAMES,
    ...USERS,
    ...LOGINS,
    "snap",
    "importedKeys",
    "keyboard",
    "locale",
    ...REPOSITORIES,
    "ntp",
    "timezone",
    ...PACKAGES,
    "deferredFiles",
    "runcmd",
    "finalMessage",
  ],
} as const;

/** The name of a section. */
export type SectionName = typeof ORDERS[Order][number];

/** Makes items of cloud-config files, and tells what has no effect in an operating system. */
export interface Compiler {
  readonly compile: (
    configs: readonly CloudConfig[],
    os: OSType,
    options: { readonly order: Order },
  ) => readonly Item[];
  readonly leftOut: (configs: readonly CloudConfig[], os: OSType) => readonly string[];
}

/** What makes the items of sections; those that files cannot have are left out. */
export interface Sections {
  readonly ordered: Partial<Readonly<Record<SectionName, Section>>>;
  /** What stops the instance, which comes after all files. */
  readonly last?: (config: CloudConfig) => readonly Draft[];
}

/** Hashes what makes the items; the second of two that are made of the same gets another id than the first. */
function idsOf(drafts: readonly Draft[]): readonly string[] {
  const seen = new Map<string, number>();
  return drafts.map((draft) => {
    const text = JSON.stringify([draft.section, contentOfDraft(draft)]);
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
    const { section, script, helpers = [], target, path, secrets = [], prints } = draft;
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
      title: oneLine(`${oneLine(maskText(draft.title), 80)} (${basename(config.file)})`, 160),
      script,
      helpers,
      secrets,
      ...(prints ? { prints } : {}),
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
export function assemble(
  { ordered, last: lastOf }: Sections,
  configs: readonly CloudConfig[],
  os: OSType,
  options: { readonly order: Order },
): readonly Item[] {
  const surroundings = configs.map((config, index): [CloudConfig, Context] => [
    config,
    { os, order: options.order, earlier: configs.slice(0, index) },
  ]);
  const drafts = surroundings.flatMap(([config, context]) =>
    ORDERS[options.order].flatMap((name) =>
      ordered[name]?.(config, context).map((draft) => ({ draft, config })) ?? []
    )
  );
  const last = configs.flatMap((config) => lastOf?.(config).map((draft) => ({ draft, config })) ?? []);
  return finish([...drafts, ...last.slice(-1)]);
}
