/**
 * Merges a cloud-config file with the files before it if it has `merge_how`, as cloud-init merges parts of user data.
 * Merged values keep their places in their files.
 *
 * @module
 */
import { basename } from "@std/path";
import type { Path } from "../../config/yaml/source.ts";
import { ConfigError, type Issue, type Location } from "../../base/errors.ts";
import type { CloudConfigOf } from "../model/config.ts";
import type { Merger } from "../model/merge_how.ts";

/** A file of which only the content counts. */
type Part = Pick<CloudConfigOf<unknown>, "file" | "data" | "locate">;

/** A complete value of one file. */
interface Leaf {
  readonly kind: "leaf";
  readonly value: unknown;
  readonly file: Part;
  readonly path: Path;
}

/** A value with parts of several files. */
type Node =
  | Leaf
  | { readonly kind: "map"; readonly entries: ReadonlyMap<string, Node>; readonly first: Leaf }
  | { readonly kind: "list"; readonly items: readonly Node[]; readonly first: Leaf };

const leafOf = (node: Node): Leaf => node.kind === "leaf" ? node : node.first;

/** Returns the entries of a map one level deep: aliases can make a small file a large tree. */
function entriesOf(node: Node): ReadonlyMap<string, Node> | undefined {
  if (node.kind === "map") return node.entries;
  if (node.kind === "list") return undefined;
  const { value, file, path } = node;
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    return undefined;
  }
  return new Map(
    Object.entries(value).map((
      [key, inner],
    ) => [key, { kind: "leaf", value: inner, file, path: [...path, key] }]),
  );
}

function itemsOf(node: Node): readonly Node[] | undefined {
  if (node.kind === "list") return node.items;
  if (node.kind === "map" || !Array.isArray(node.value)) return undefined;
  const { value, file, path } = node;
  return value.map((inner, index) => ({ kind: "leaf", value: inner, file, path: [...path, index] }));
}

/** Returns the text of a node. YAML does not take numbers and booleans for text. */
function textOf(node: Node): string | undefined {
  if (node.kind !== "leaf" || typeof node.value !== "string") return undefined;
  return /^(?:[-+]?\d[\d.]*|true|false|yes|no|on|off)$/i.test(node.value) ? undefined : node.value;
}

function recurses(options: ReadonlySet<string>, node: Node, always: boolean): boolean {
  if (itemsOf(node)) return options.has("recurse_array") || options.has("recurse_list");
  if (entriesOf(node)) return always || options.has("recurse_dict");
  return textOf(node) !== undefined && options.has("recurse_str");
}

function mergeMaps(old: Node, more: Node, { options }: Merger, mergers: readonly Merger[]): Node {
  const added = entriesOf(more);
  if (!added) return old;
  const entries = new Map(entriesOf(old));
  for (const [key, value] of added) {
    const before = entries.get(key);
    if (!before) entries.set(key, value);
    else if (value.kind === "leaf" && value.value === null && options.has("allow_delete")) {
      entries.delete(key);
    } else if (options.has("replace")) entries.set(key, value);
    else if (recurses(options, value, true)) entries.set(key, merge(before, value, mergers));
  }
  return { kind: "map", entries, first: leafOf(old) };
}

function mergeLists(old: Node, more: Node, { options }: Merger, mergers: readonly Merger[]): Node {
  const [before, added] = [itemsOf(old) ?? [], itemsOf(more)];
  const method = ["append", "prepend", "replace", "no_replace"].find((one) => options.has(one)) ?? "replace";
  if (!added) {
    if (method === "replace") return more;
    const { file, path } = leafOf(more);
    const message = "This is not a list and cannot be merged with the list of an earlier file";
    throw new ConfigError([{ ...file.locate(path), key: path.join("."), message, severity: "error" }]);
  }
  const list = (items: readonly Node[]): Node => ({ kind: "list", items, first: leafOf(old) });
  if (method === "append") return list([...before, ...added]);
  if (method === "prepend") return list([...added, ...before]);
  if (method === "no_replace") return old;
  // Items are merged by index; the rest of a longer list is dropped, as in cloud-init.
  return list(before.map((item, index) => {
    const value = added[index];
    if (value === undefined) return item;
    return recurses(options, value, false) ? merge(item, value, mergers) : value;
  }));
}

function merge(old: Node, more: Node, mergers: readonly Merger[]): Node {
  const type = entriesOf(old)
    ? "dict"
    : itemsOf(old)
    ? "list"
    : textOf(old) !== undefined
    ? "str"
    : undefined;
  const merger = mergers.find((one) => one.type === type);
  if (!merger) return old;
  if (type === "dict") return mergeMaps(old, more, merger, mergers);
  if (type === "list") return mergeLists(old, more, merger, mergers);
  const [before, added] = [textOf(old), textOf(more)];
  if (!merger.options.has("append") || before === undefined || added === undefined) return more;
  return { ...leafOf(more), value: before + added };
}

function dataOf(node: Node): unknown {
  if (node.kind === "leaf") return node.value;
  if (node.kind === "list") return node.items.map(dataOf);
  return Object.fromEntries([...node.entries].map(([key, inner]) => [key, dataOf(inner)]));
}

function locate(node: Node, path: Path): Location {
  if (node.kind === "leaf") return node.file.locate([...node.path, ...path]);
  const [head, ...rest] = path;
  const inner = node.kind === "list" ? node.items[Number(head)] : node.entries.get(String(head));
  return inner ? locate(inner, rest) : node.first.file.locate(node.first.path);
}

/** Checks merged content; content that does not fit is a `ConfigError`. */
export type Check<V> = (source: Part) => {
  readonly cloudConfig: CloudConfigOf<V>;
  readonly warnings: readonly Issue[];
};

/**
 * Merges each file that says how with the file before it, which it replaces. Other files stay unchanged.
 *
 * @throws {ConfigError} where files cannot be merged, or the result is invalid
 */
export function mergeFiles<V>(
  files: readonly CloudConfigOf<V>[],
  check: Check<V>,
): readonly CloudConfigOf<V>[] {
  const merged: { readonly config: CloudConfigOf<V>; readonly node: Node }[] = [];
  for (const file of files) {
    const whole: Node = { kind: "leaf", value: file.data, file, path: [] };
    const before = merged.at(-1);
    if (!file.mergers || !before) {
      merged.push({ config: file, node: whole });
      continue;
    }
    const node = merge(before.node, whole, file.mergers);
    const { cloudConfig } = check({
      file: `${before.config.file}+${basename(file.file)}`,
      data: dataOf(node),
      locate: (path) => locate(node, path),
    });
    merged.splice(-1, 1, { config: cloudConfig, node });
  }
  return merged.map(({ config }) => config);
}
