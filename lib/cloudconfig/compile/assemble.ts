/**
 * Assembles the items of cloud-config files: one whole file after another, each in the order of the Go lxops or in
 * that of cloud-init.
 *
 * @module
 */
import { basename } from "@std/path";
import type { CloudConfigOf } from "../model/config.ts";
import { type Draft, type Item, oneLine, type Target } from "../model/item.ts";
import type { KnownIds } from "../model/known_ids.ts";
import { maskText } from "../model/mask.ts";
import { type Order, ORDERS, type Phase } from "../model/order.ts";
import type { OSType } from "../model/ostype.ts";
import type { Section } from "../model/section.ts";
import { sha256 } from "../model/sha256.ts";

/** Options for making items. */
export interface CompileOptions {
  readonly order: Order;
  /** The ids of the root filesystem that a rebuild replaces. */
  readonly ids?: KnownIds | undefined;
}

/** Returns the ids of drafts: hashes of their content, which differ even for drafts with the same content. */
function idsOf(drafts: readonly Draft[]): readonly string[] {
  const seen = new Map<string, number>();
  return drafts.map((draft) => {
    const text = JSON.stringify([draft.section, draft.content]);
    const count = seen.get(text) ?? 0;
    seen.set(text, count + 1);
    return sha256(count === 0 ? text : `${text}#${count}`);
  });
}

/** Gives drafts their ids and targets. */
function finish(
  drafts: readonly { draft: Draft; config: Pick<CloudConfigOf<unknown>, "file" | "locate"> }[],
): Item[] {
  const ids = idsOf(drafts.map(({ draft }) => draft));
  const targets = new Set<string>();
  return drafts.map(({ draft, config }, index) => {
    const { section, script, helpers = [], target, path, secrets = [], prints, file, checks } = draft;
    // A target that is only added to has no first item that replaces its content.
    const known = target !== undefined && (targets.has(target) || !draft.adds);
    const first = known && !targets.has(target);
    if (known) targets.add(target);
    return {
      id: ids[index]!,
      section,
      key: String(path[0]),
      title: oneLine(`${oneLine(maskText(draft.title), 80)} (${basename(config.file)})`, 160),
      script,
      helpers,
      secrets,
      ...(prints ? { prints } : {}),
      ...(file === undefined ? {} : { file }),
      ...(checks ? { checks } : {}),
      ...(known ? { target: targetOf(target, first) } : {}),
      location: config.locate(path),
    };
  });
}

function targetOf(target: string, first: boolean): Target {
  return { key: sha256(target).slice(0, 12), first };
}

/** Makes the items of files. Those that end the instance come after all files, and only the last of them counts. */
export function assemble<V>(
  sections: readonly Section<V>[],
  configs: readonly CloudConfigOf<V>[],
  os: OSType,
  { order, ids }: CompileOptions,
): readonly Item[] {
  const all = configs.map(({ values }) => values);
  const itemsIn = (phase: Phase | "last") => (config: CloudConfigOf<V>, index: number) => {
    const context = { os, order, earlier: all.slice(0, index), ...(ids ? { ids } : {}) };
    return sections.flatMap(({ items }) => items[phase]?.(config.values, context) ?? [])
      .map((draft) => ({ draft, config }));
  };
  const drafts = configs.flatMap((config, index) =>
    ORDERS[order].flatMap((phase) => itemsIn(phase)(config, index))
  );
  return finish([...drafts, ...configs.flatMap(itemsIn("last")).slice(-1)]);
}
