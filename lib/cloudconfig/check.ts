/**
 * How cloud-config files are read and checked, whatever the schema.
 *
 * @module
 */
import type * as z from "zod/mini";
import { parseSource, type Source } from "../config/source.ts";
import { issueAt, sortIssues, validate } from "../config/validate.ts";
import { ConfigError, type Issue } from "../errors.ts";
import type { CloudConfig } from "./config.ts";
import { type Merger, readMergers } from "./merge_how.ts";
import type { Remark } from "./no_effect_users.ts";
import type { Values } from "./schema.ts";

/** What a file is held against. */
export interface Rules {
  readonly schema: z.ZodMiniType<Values>;
  /** What has no effect in a file that fits. */
  readonly remarks: (values: Values, data: unknown) => readonly Remark[];
}

/** A file whose YAML was read. */
export interface Opened {
  /** Without the keys that say how it is merged. */
  readonly source: Source;
  readonly mergers: readonly Merger[];
}

/** A file, and what is to be said about it. */
export interface Checked {
  readonly cloudConfig: CloudConfig;
  readonly warnings: readonly Issue[];
}

/** How a file begins: like cloud-init, this looks at the first word only, in whatever case. */
const HEADER = /^\ufeff?\s*#cloud-config(?!-(?:archive|jsonp))/i;

function checkHeader(file: string, text: string): void {
  if (HEADER.test(text)) return;
  const [first = ""] = text.split("\n", 1);
  const at = (message: string) => new ConfigError([{ file, line: 1, column: 1, message, severity: "error" }]);
  if (/^## *template:/.test(first)) {
    throw at(
      "Templates are not supported: write the file without Jinja expressions, or let cloud-init apply it",
    );
  }
  if (first.startsWith("#!")) {
    throw at(`This is a script; put it below "runcmd" of a file that starts with "#cloud-config"`);
  }
  throw at(`The first line must be "#cloud-config"`);
}

/** Keys that people write for another, so that the names are too different for a suggestion. */
const MEANT: Readonly<Record<string, string>> = {
  mode: "permissions",
  contents: "content",
  ssh_keys: "ssh_authorized_keys",
  password: "plain_text_passwd",
  home: "homedir",
  comment: "gecos",
};

function explained(issue: Issue): Issue {
  const parts = issue.key?.split(".") ?? [];
  const last = parts.at(-1) ?? "";
  const meant = Object.hasOwn(MEANT, last) ? MEANT[last] : undefined;
  if (meant === undefined || parts.length < 3 || !issue.message.startsWith("Unknown key")) return issue;
  return {
    ...issue,
    message: `${issue.message.replace(/(?:; did you mean| \(known are).*$/, "")}; it is "${meant}"`,
  };
}

/** Characters of a file: cloud-init knows no bound, and files with a program in them have some MiB. */
const LARGEST = 64 * 2 ** 20;

/** Reads the YAML of a file; errors are thrown all together as a `ConfigError`. */
export function openText(file: string, text: string): Opened {
  checkHeader(file, text);
  const source = parseSource(file, text, { largest: LARGEST });
  if (Array.isArray(source.data) || typeof source.data === "string") return { source, mergers: [] };
  const { merge_how, merge_type, ...data } = (source.data ?? {}) as Record<string, unknown>;
  const how = merge_how ?? merge_type ?? undefined;
  const mergers = how === undefined ? [] : readMergers(how);
  if (typeof mergers === "string") {
    throw new ConfigError([issueAt(source, [merge_how === how ? "merge_how" : "merge_type"], mergers)]);
  }
  return { source: { ...source, data }, mergers };
}

/** Checks what was read; errors are thrown all together as a `ConfigError`. */
export function check({ source, mergers }: Opened, rules: Rules): Checked {
  const { value, issues } = validate(rules.schema, source, { data: source.data, path: [] });
  if (value === undefined) throw new ConfigError(issues.filter(({ severity }) => severity === "error"));
  const warnings = issues.map(explained);
  for (const { path, message } of rules.remarks(value, source.data)) {
    warnings.push(issueAt(source, path, message, "warning"));
  }
  const { file, data, locate } = source;
  const merging = mergers.length > 0 ? { mergers } : {};
  return { cloudConfig: { file, values: value, data, locate, ...merging }, warnings: sortIssues(warnings) };
}
