/**
 * Rewrites `lxc-options` of a configuration file as the keys that say the same.
 *
 * @module
 */
import { stringify } from "@std/yaml";
import type { Issue } from "../../base/errors.ts";
import { kindSchema } from "../schema/device_schemas.ts";
import { DEVICE_KINDS } from "../schema/keys.ts";
import { unwrap } from "../schema/structure.ts";
import { issueAt } from "../schema/validate.ts";
import { removeKey } from "../yaml/edit.ts";
import { parseSource } from "../yaml/source.ts";

type Data = Record<string, unknown>;

/** An option with its value, and its place in the list. */
interface Option {
  readonly name: string;
  readonly value: string;
  readonly index: number;
  /** The items of the list that it is in. */
  readonly items: readonly string[];
}

/** Long names of options by their short ones. */
const LONG: Readonly<Record<string, string>> = {
  "-c": "--config",
  "-d": "--device",
  "-p": "--profile",
  "-n": "--network",
  "-s": "--storage",
  "-t": "--type",
  "-e": "--ephemeral",
  "-q": "--quiet",
  "-v": "--verbose",
};

/** Options without a value. */
const FLAGS: ReadonlySet<string> = new Set([
  ...["--ephemeral", "--vm", "--no-profiles", "--empty", "--quiet", "--verbose", "--debug", "--force-local"],
]);

/** Options of the client's output, which have no effect on the instance. */
const SILENT: ReadonlySet<string> = new Set(["--quiet", "--verbose", "--debug", "--force-local"]);

/** Reads options in the forms of the clients: `-k v`, `-kv`, `-k=v`, `--key v`, `--key=v`. */
function optionsOf(items: readonly string[]): readonly Option[] {
  const result: Option[] = [];
  for (let index = 0; index < items.length; index++) {
    const item = items[index]!.trim();
    const match = /^(--[A-Za-z-]+|-[A-Za-z])(?:=|\s+)?(.*)$/s.exec(item);
    const name = LONG[match?.[1] ?? ""] ?? match?.[1] ?? item;
    const rest = match?.[2] ?? "";
    if (rest !== "" || FLAGS.has(name) || !match || index + 1 >= items.length) {
      result.push({ name, value: rest, index, items: [items[index]!] });
    } else {
      result.push({ name, value: items[index + 1]!, index, items: items.slice(index, index + 2) });
      index++;
    }
  }
  return result;
}

/** Tells whether a text stays the same where (names) are replaced. */
function isPlain(text: string): boolean {
  return text !== "" && !/[()]/.test(text);
}

/** Adds configuration of the instance; returns the reason why it cannot be a key. */
function addConfig(into: Data, assignment: string): string | undefined {
  const [, key = "", value = ""] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
  if (key === "") return "it is not of the form key=value";
  if (value === "") return "it takes a key away that a profile has";
  const limit = /^limits\.(cpu|memory|processes)$/.exec(key)?.[1];
  if (limit && isPlain(value)) into.limits = { ...into.limits as Data, [limit]: value };
  else if (key === "boot.autostart" && /^(true|false)$/.test(value)) into.autostart = value;
  else if (key === "raw.idmap" && isPlain(value)) {
    into.idmap = value.split("\n").filter((line) => line !== "");
  } else into.config = { ...into.config as Data, [key]: value };
  return undefined;
}

/** Adds keys of a device; returns the reason why they cannot be keys of the file. */
function addDevice(into: Data, text: string): string | undefined {
  const [name = "", ...pairs] = text.split(",");
  const keys: Record<string, string> = Object.fromEntries(
    pairs.map((pair) => /^([^=]*)=(.*)$/s.exec(pair)?.slice(1) ?? ["", ""]),
  );
  const given = Object.keys(keys);
  if (given.includes("") || !Object.values(keys).every(isPlain)) {
    return "it is not of the form device,key=value";
  }
  if (name === "root" && given.join() === "size") {
    into.limits = { ...into.limits as Data, disk: keys["size"] };
    return undefined;
  }
  const kind = DEVICE_KINDS.find((one) => one === keys["type"] && one !== "tmpfs");
  if (kind) {
    const known = Object.keys(unwrap(kindSchema(kind)).shape ?? {});
    const other = given.find((key) => !known.includes(key));
    if (other !== undefined) return `a device of type ${kind} has no key "${other}" here`;
    into.devices = { ...into.devices as Data, [name]: keys };
    return undefined;
  }
  if (!given.every((key) => key === "ipv4.address" || key === "ipv6.address")) {
    return "no key changes a device of another profile";
  }
  const addresses = into.addresses as Record<string, readonly string[]> | undefined;
  into.addresses = { ...addresses, [name]: [...addresses?.[name] ?? [], ...Object.values(keys)] };
  return undefined;
}

/** Adds the keys of an option to a file; returns the reason why it has no key. */
function add(into: Data, { name, value }: Option): string | undefined {
  if (SILENT.has(name)) return undefined;
  switch (name) {
    case "--config":
      return addConfig(into, value);
    case "--device":
      return addDevice(into, value);
    case "--vm":
      into.type = "virtual-machine";
      return undefined;
    case "--target":
      if (!isPlain(value)) return "it has parentheses";
      into.target = value;
      return undefined;
    case "--profile":
      into.profiles = [...into.profiles as readonly string[] ?? ["default"], value];
      return undefined;
    default:
      return "no key says it";
  }
}

/**
 * Returns the text of a file with keys instead of its `lxc-options`, and issues about options that stay. Other
 * lines do not change.
 *
 * @param force also where included files may have options, which the list replaces
 */
export function optionsToKeys(
  file: string,
  text: string,
  force: boolean,
): { readonly text: string; readonly issues: readonly Issue[] } {
  const source = parseSource(file, text);
  const data = (source.data ?? {}) as Data;
  const list = data["lxc-options"];
  if (!Array.isArray(list) || !list.every((item) => typeof item === "string")) return { text, issues: [] };
  const stays = (index: number, message: string) =>
    issueAt(source, ["lxc-options", index], message, "warning");
  if (Object.hasOwn(data, "include") && !force) {
    const message =
      "lxc-options stay: the list replaces those of included files, which would count without it. If " +
      "these have none, use -f";
    return { text, issues: [issueAt(source, ["lxc-options"], message, "warning")] };
  }
  const made: Data = {};
  const left: Option[] = [];
  const issues: Issue[] = [];
  for (const option of optionsOf(list)) {
    const own: Data = structuredClone(made);
    const reason = add(own, option);
    const taken = Object.keys(own).find((key) =>
      Object.hasOwn(data, key) && JSON.stringify(own[key]) !== JSON.stringify(made[key])
    );
    if (reason === undefined && taken === undefined) Object.assign(made, own);
    else {
      left.push(option);
      const why = reason ?? `the file has "${taken}" already; add it there`;
      issues.push(stays(option.index, `"${option.items.join(" ")}" stays in lxc-options: ${why}`));
    }
  }
  if (left.length === optionsOf(list).length) return { text, issues };
  const rest = left.flatMap(({ items }) => items);
  const added = { ...(rest.length > 0 ? { "lxc-options": rest } : {}), ...made };
  const kept = removeKey(file, text, "lxc-options").replace(/\n*$/, "\n");
  return { text: kept + (Object.keys(added).length > 0 ? stringify(added, { lineWidth: -1 }) : ""), issues };
}
