/**
 * Migrates `#lxdops` files: `os.name` became `ostype`, `os.image` became `image`.
 *
 * @module
 */
import { compareTexts } from "../../base/order.ts";
import { stringify } from "@std/yaml";
import { ConfigError } from "../../base/errors.ts";
import { extent } from "../yaml/edit.ts";
import type { Format } from "../format.ts";
import { GONE } from "../lxdops_gone.ts";
import { parseSource, type Source } from "../yaml/source.ts";
import { issueAt } from "../schema/validate.ts";

type Data = Record<string, unknown>;

const TARGET = "#lxops-v1";

/** Returns the data of the migrated file. */
function migrated(data: Data): Data {
  const kept = Object.fromEntries(Object.entries(data).filter(([key]) => !Object.hasOwn(GONE, key)));
  if (!Object.hasOwn(kept, "os")) return kept;
  const { os, ...rest } = kept;
  const fields = (os ?? {}) as Data;
  return dropNull({ ...rest, ostype: fields.name ?? null, image: fields.image ?? null });
}

/** Returns data with sorted keys, for comparing. */
function canonical(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  return Object.fromEntries(
    Object.entries(value).sort(([a], [b]) => compareTexts(a, b)).map((
      [key, inner],
    ) => [key, canonical(inner)]),
  );
}

/** Rewrites `os: {...}` on its line. The image becomes the last line, so that other lines keep their numbers. */
function editInline(lines: readonly string[], at: number): string[] {
  const line = lines[at] ?? "";
  const { os } = parseSource("", line).data as { os: Data };
  const comment = /\}(\s*#.*|\s*)$/.exec(line)?.[1] ?? "";
  const entry = (key: string, value: unknown) =>
    value === undefined || value === null ? "" : stringify({ [key]: value }, { lineWidth: -1 }).trimEnd();
  const image = entry("image", os.image);
  const body = lines.at(-1) === "" ? lines.slice(0, -1) : [...lines];
  return [...body.with(at, entry("ostype", os.name) + comment), ...(image === "" ? [] : [image]), ""];
}

/** Edits the lines of a block-style `os` map and keeps comments and line numbers. */
function editLines(text: string): string {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^os:\s*(#.*)?$/.test(line));
  lines[0] = (lines[0] ?? "").replace(/^\ufeff?#\S*/, TARGET);
  const inline = lines.findIndex((line) => /^os:\s*\{.*\}\s*(#.*)?$/.test(line));
  if (inline >= 0) return editInline(lines, inline).join("\n");
  if (start < 0) return lines.join("\n");
  lines[start] = `# ${lines[start]}`;
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (/^\s*(#.*)?$/.test(line)) continue;
    const entry = /^\s+(\S+?):(\s.*)?$/.exec(line);
    if (/^\S/.test(line)) break;
    if (entry?.[1] === "name") lines[at] = `ostype:${entry[2] ?? ""}`;
    else if (entry?.[1] === "image") lines[at] = `image:${entry[2] ?? ""}`;
    else lines[at] = `# ${line}`;
  }
  return lines.join("\n");
}

/** Turns top-level keys into comments, so that lines keep their numbers and nothing is lost. */
function commentOut(text: string, source: Source, keys: readonly string[]): string {
  const lines = text.split("\n");
  for (const key of keys) {
    const [start, end] = extent(source, lines, key);
    for (let at = start; at < end; at++) lines[at] = `# ${lines[at]}`;
  }
  return lines.join("\n");
}

function means(text: string, wanted: Data): boolean {
  try {
    const { data } = parseSource("", text);
    return JSON.stringify(canonical(dropNull(data as Data))) === JSON.stringify(canonical(wanted));
  } catch {
    return false;
  }
}

function dropNull(data: Data): Data {
  return Object.fromEntries(Object.entries(data ?? {}).filter(([, value]) => value !== null));
}

/** The format of lxdops. */
export const lxdops: Format = {
  header: "#lxdops",
  description: "Files of lxdops since February 2023",
  migrate(original, file) {
    const source = parseSource(file, original);
    const data = (source.data ?? {}) as Data;
    const os = data.os ?? {};
    if (typeof data !== "object" || Array.isArray(data)) return original.replace(/^\ufeff?#lxdops/, TARGET);
    if (typeof os !== "object" || Array.isArray(os)) {
      const message = "A map with name and image is expected here";
      throw new ConfigError([{ ...source.locate(["os"]), key: "os", message, severity: "error" }]);
    }
    const wanted = migrated(data);
    const issues = Object.keys(os).filter((key) => key !== "name" && key !== "image").map((key) =>
      issueAt(source, ["os", key], `"${key}" has no place in the current format and is left out`, "warning")
    );
    const gone = Object.keys(data).filter((key) => Object.hasOwn(GONE, key));
    issues.push(
      ...gone.map((key) =>
        issueAt(
          source,
          [key],
          `"${key}" was a key of lxdops and has no effect: ${GONE[key]}`,
          "warning",
        )
      ),
    );
    const edited = commentOut(editLines(original), source, gone);
    // The edited file is compared with the wanted data; unusual YAML is written anew.
    const text = means(edited, wanted) ? edited : `${TARGET}\n${stringify(wanted, { lineWidth: -1 })}`;
    return { text, issues };
  },
};
