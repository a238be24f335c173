/**
 * The item of a cloud-config that keeps ids of users and groups, or compares them.
 *
 * @module
 */
import type { Item } from "../../cloudconfig/model/item.ts";
import { type Accounts, idsText } from "../../cloudconfig/model/known_ids.ts";
import { pipeInto } from "../../cloudconfig/model/print.ts";
import { sha256 } from "../../cloudconfig/model/sha256.ts";
import { originOf } from "../../config/load/origins.ts";
import { quote } from "../../base/shell.ts";
import type { Target } from "../world.ts";

/** Returns the directories of an instance that its devices are at. */
export function directoriesOf({ instance }: Target): readonly string[] {
  return Object.values(instance.config.devices).map(({ path }) => path.replace(/^\/*/, "/"));
}

/** Returns items with those that keep ids before them, or the one that compares ids behind them. */
export function withIds(target: Target, items: readonly Item[], ids: Accounts | undefined): readonly Item[] {
  if (!ids || ids.users.length + ids.groups.length === 0) return items;
  const { ids: how } = target.instance.config;
  const item = idsItem(target, ids);
  if (how !== "warn") return [item, ...items];
  // Items that end the instance stay last.
  const end = items.findIndex(({ section }) => section === "power_state");
  return end < 0 ? [...items, item] : [...items.slice(0, end), item, ...items.slice(end)];
}

function idsItem(target: Target, ids: Accounts): Item {
  const { config } = target.instance;
  const directories = directoriesOf(target).map(quote);
  const list = idsText({ users: ids.users, groups: ids.groups });
  const verb = config.ids === "warn" ? "Compare" : "Keep";
  return {
    id: sha256(JSON.stringify(["ids", config.ids, list])),
    section: "ids",
    key: "ids",
    title: `${verb} the ids of users and groups`,
    location: originOf(target.loaded, "ids") ?? { file: target.instance.file, line: 1, column: 1 },
    script: pipeInto(new TextEncoder().encode(list), `lxops_ids ${config.ids} ${directories.join(" ")}`),
    helpers: ["ids"],
    secrets: [],
  };
}
