/**
 * The schema of cloud-config files: the keys of all sections, and what is said about the others.
 *
 * @module
 */
import * as z from "zod/mini";
import { record } from "../config/fields.ts";
import { parseSource, type Source } from "../config/source.ts";
import { issueAt, sortIssues, validate } from "../config/validate.ts";
import { ConfigError, type Issue } from "../errors.ts";
import type { CloudConfig } from "./config.ts";
import { mergeFiles } from "./merge.ts";
import { readMergers } from "./merge_how.ts";
import { withoutEffect } from "./no_effect.ts";
import { aptKeys } from "./sections/apt.ts";
import { bootKeys } from "./sections/boot.ts";
import { chpasswdKeys } from "./sections/chpasswd.ts";
import { hostKeyKeys } from "./sections/host_keys.ts";
import { hostnameKeys } from "./sections/hostname.ts";
import { keyKeys } from "./sections/keys.ts";
import { localizationKeys } from "./sections/localization.ts";
import { mountKeys } from "./sections/mounts.ts";
import { networkKeys } from "./sections/network.ts";
import { packageKeys } from "./sections/packages.ts";
import { repositoryKeys } from "./sections/repositories.ts";
import { runcmdKeys } from "./sections/runcmd.ts";
import { snapKeys } from "./sections/snap.ts";
import { trustKeys } from "./sections/trust.ts";
import { userKeys } from "./sections/user_keys.ts";
import { writeFilesKeys } from "./sections/write_files.ts";
import { UNSUPPORTED } from "./unsupported.ts";

const ignored = z.optional(z.unknown());

export type { CloudConfig };

const applied = {
  ...bootKeys,
  ...writeFilesKeys,
  ...hostnameKeys,
  ...localizationKeys,
  ...networkKeys,
  ...mountKeys,
  ...trustKeys,
  ...aptKeys,
  ...repositoryKeys,
  ...packageKeys,
  ...snapKeys,
  ...userKeys,
  ...keyKeys,
  ...chpasswdKeys,
  ...hostKeyKeys,
  ...runcmdKeys,
} as const;

/** The keys that are applied. */
export const appliedKeys: readonly string[] = Object.keys(applied);

/** The keys of a cloud-config file. */
export const schema = record({
  ...applied,
  ...Object.fromEntries(Object.keys(UNSUPPORTED).map((key) => [key, ignored])) as Record<never, never>,
});

/** What a cloud-config file says, with every value in one form. */
export type Values = Readonly<z.output<typeof schema>>;

const HEADER = /^\ufeff?#cloud-config[ \t]*\r?$/;

function checkHeader(file: string, text: string): void {
  const [first = ""] = text.split("\n", 1);
  if (HEADER.test(first)) return;
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

/** A file, and what is to be said about it. */
interface Checked {
  readonly cloudConfig: CloudConfig;
  readonly warnings: readonly Issue[];
}

/** Reads a cloud-config file; errors are thrown all together as a `ConfigError`. */
export function parseCloudConfig(file: string, text: string): Checked {
  checkHeader(file, text);
  const source = parseSource(file, text);
  if (Array.isArray(source.data) || typeof source.data === "string") return check(source);
  const { merge_how, merge_type, ...data } = (source.data ?? {}) as Record<string, unknown>;
  const how = merge_how ?? merge_type ?? undefined;
  const mergers = how === undefined ? [] : readMergers(how);
  if (typeof mergers === "string") {
    throw new ConfigError([issueAt(source, [merge_how === how ? "merge_how" : "merge_type"], mergers)]);
  }
  const { cloudConfig, warnings } = check({ ...source, data });
  return { cloudConfig: { ...cloudConfig, ...(mergers.length > 0 ? { mergers } : {}) }, warnings };
}

function check(source: Source): Checked {
  const { value, issues } = validate(schema, source, { data: source.data, path: [] });
  if (value === undefined) throw new ConfigError(issues.filter(({ severity }) => severity === "error"));
  const warnings = issues.map(explained);
  for (const { path, message } of withoutEffect(value, source.data)) {
    warnings.push(issueAt(source, path, message, "warning"));
  }
  const { file, data, locate } = source;
  return { cloudConfig: { file, values: value, data, locate }, warnings: sortIssues(warnings) };
}

/** Merges each file that says how with the one before it; what they come to is checked as a file is. */
export function mergeCloudConfigs(files: readonly CloudConfig[]): readonly CloudConfig[] {
  if (!files.some(({ mergers }) => mergers)) return files;
  return mergeFiles(files, (source) => check({ ...source, text: "", issues: [] }));
}
