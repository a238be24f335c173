/**
 * Reads `merge_how` and `merge_type`, by which a file says how it is merged with the file before it. Rule: cloud-
 * init's reference on merging user data.
 *
 * @module
 */

/** The options for merging values of one type. */
export interface Merger {
  readonly type: "dict" | "list" | "str";
  readonly options: ReadonlySet<string>;
}

const RECURSE = ["recurse_array", "recurse_list", "recurse_dict", "recurse_str"] as const;
const OPTIONS: Readonly<Record<Merger["type"], readonly string[]>> = {
  dict: ["replace", "no_replace", "allow_delete", ...RECURSE],
  list: ["append", "prepend", "replace", "no_replace", ...RECURSE],
  str: ["append", "replace", "no_replace"],
};

function merger(name: string, options: readonly unknown[]): Merger | string {
  const type = name.trim().toLowerCase().replaceAll("-", "_").replace(/^m_/, "");
  if (type !== "dict" && type !== "list" && type !== "str") {
    return `"${name}" cannot be merged: use dict, list or str`;
  }
  const given = options.map((option) => String(option).trim().toLowerCase().replaceAll("-", "_")).filter((
    option,
  ) => option !== "");
  const wrong = given.find((option) => !OPTIONS[type].includes(option));
  if (wrong !== undefined) {
    return `"${wrong}" is not a valid option for merging a ${type}; known are ${OPTIONS[type].join(", ")}`;
  }
  return { type, options: new Set(given) };
}

function ofText(text: string): (Merger | string)[] {
  return text.split("+").filter((part) => part.trim() !== "").map((part) => {
    const found = /^([A-Za-z_][\w-]+)\((.*)\)$/.exec(part.trim());
    if (!found) return `"${part.trim()}" is not a valid merge option: use the form list(append)`;
    return merger(found[1] ?? "", (found[2] ?? "").split(","));
  });
}

function ofItem(item: unknown): Merger | string {
  if (Array.isArray(item)) return merger(String(item[0]), item.slice(1));
  const { name, settings } = (item ?? {}) as { readonly name?: unknown; readonly settings?: unknown };
  if (typeof name !== "string" || !Array.isArray(settings)) {
    return "A merge option is text such as list(append), a list of a name and options, or a map of name and settings";
  }
  return merger(name, settings);
}

/** Reads the value of `merge_how`, or returns a sentence that says why it cannot. */
export function readMergers(value: unknown): readonly Merger[] | string {
  const all = typeof value === "string"
    ? ofText(value)
    : Array.isArray(value)
    ? value.map(ofItem)
    : [ofItem(value)];
  const wrong = all.find((one) => typeof one === "string");
  return wrong ?? all.filter((one) => typeof one !== "string");
}
