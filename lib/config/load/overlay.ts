/**
 * Values of one run: `--set KEY=VALUE` as a layer over the files of a configuration.
 *
 * @module
 */
import { type Issue, UsageError } from "../../base/errors.ts";
import type { Layer } from "../config.ts";
import { checkCurrent } from "../file.ts";
import type { Source } from "../yaml/source.ts";

/** A value of a key, of which a dot separates the parts. */
export interface Override {
  /** The word of the command line. */
  readonly text: string;
  readonly path: readonly string[];
  readonly value: string;
}

/** Reads the values of `--set`. */
export function parseOverrides(options: readonly string[]): readonly Override[] {
  return options.map((text) => {
    const at = text.indexOf("=");
    const path = text.slice(0, at).split(".");
    if (at < 0 || path.includes("")) {
      throw new UsageError(`--set takes KEY=VALUE, such as limits.memory=256MiB, not "${text}"`);
    }
    // Keys of the daemon have dots themselves.
    const [head = "", ...rest] = path;
    const parts = head === "config" || head === "properties" || head === "environment"
      ? [head, rest.join(".")]
      : path;
    return { text, path: parts.filter((part) => part !== ""), value: text.slice(at + 1) };
  });
}

type Data = { [key: string]: unknown };

const isMap = (value: unknown): value is Data =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Lists that are a text in a configuration, too. */
const WORDS: ReadonlySet<string> = new Set(["wait"]);

/** Keys that count while files are read. */
const READ_BEFORE: ReadonlySet<string> = new Set([
  "include",
  "cloud-config-files",
  "environment",
  "directory",
]);

/** Keys whose entries are replaced as a whole: the others of an entry stay. */
const ENTRIES: ReadonlySet<string> = new Set(["devices", "filesystems", "after"]);

/** Returns a layer with overrides, and their problems. */
export function overlay(
  overrides: readonly Override[],
  layers: readonly Layer[],
  strict: boolean,
): { readonly layer: Layer; readonly issues: readonly Issue[] } {
  const data: Data = {};
  const issues: Issue[] = [];
  for (const { path, value, text } of overrides) {
    const [head = "", entry = ""] = path;
    const isList = layers.some(({ source }) => Array.isArray((source.data as Data | null)?.[head]));
    const problem = READ_BEFORE.has(head)
      ? `"${head}" cannot be set for one run${head === "environment" ? ": use -e NAME=VALUE" : ""}`
      : isList && !WORDS.has(head)
      ? `"${head}" is a list, of which one value cannot be set`
      : undefined;
    if (problem !== undefined) {
      issues.push({ file: `--set ${text}`, key: head, message: problem, severity: "error" });
      continue;
    }
    if (ENTRIES.has(head) && path.length > 2 && !isMap((data[head] as Data | undefined)?.[entry])) {
      const before = layers.map(({ source }) =>
        ((source.data as Data | null)?.[head] as Data | undefined)?.[entry]
      );
      data[head] = { ...data[head] as Data, [entry]: { ...before.findLast(isMap) } };
    }
    let at = data;
    for (const part of path.slice(0, -1)) {
      at = at[part] = isMap(at[part]) ? at[part] : {};
    }
    at[path.at(-1)!] = value;
  }
  const locate: Source["locate"] = (path) => {
    const found = overrides.find((one) =>
      one.path.every((part, index) => index >= path.length || path[index] === part)
    );
    return { file: `--set ${found?.text ?? ""}`, line: 1, column: 1 };
  };
  const source: Source = { file: "--set", text: "", data, issues: [], locate };
  const { raw, issues: found } = checkCurrent(source, issues, { strict });
  const description = raw.description || layers.at(-1)?.raw.description || "";
  return {
    layer: {
      source,
      directory: layers.at(-1)?.directory ?? "",
      raw: { ...raw, description },
      cloudConfigFiles: [],
      sourceConfig: raw["source-config"],
    },
    issues: found.map((issue) => ({ ...issue, severity: "error" })),
  };
}
