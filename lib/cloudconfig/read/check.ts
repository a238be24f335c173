/**
 * Reads and checks cloud-config files by a set of sections.
 *
 * @module
 */
import { parseSource, type Source } from "../../config/yaml/source.ts";
import { issueAt, sortIssues, validate } from "../../config/schema/validate.ts";
import { ConfigError, type Issue } from "../../base/errors.ts";
import type { CloudConfigOf } from "../model/config.ts";
import { type Merger, readMergers } from "../model/merge_how.ts";
import type { Remark, SectionSet } from "../model/section.ts";

/** A file with its YAML parsed. */
export interface Opened {
  /** The content without the keys about merging. */
  readonly source: Source;
  readonly mergers: readonly Merger[];
}

/** A file that was checked, and the warnings about it. */
export interface Checked<V> {
  readonly cloudConfig: CloudConfigOf<V>;
  readonly warnings: readonly Issue[];
}

/** The beginning of a file. Like in cloud-init, only the first word counts, in any case. */
const HEADER = /^\ufeff?\s*#cloud-config(?!-(?:archive|jsonp))/i;

/** The other kinds of user data by their first lines, each with advice. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^#!/, 'This is a script; put it below "runcmd" of a file that starts with "#cloud-config"'],
  [
    /^#cloud-boothook/,
    'This is a boothook, a script for every start; put it below "runcmd" of a file that starts with "#cloud-config"',
  ],
  [
    /^#include/,
    "This is a list of addresses of files; fetch them, and name each in cloud-config-files of the configuration",
  ],
  [
    /^#cloud-config-archive/,
    "This is an archive of several files; write each of its parts into a file, and name them in cloud-config-files",
  ],
  [/^#cloud-config-jsonp/, "This is a patch of other files (JSON Patch), which lxops does not apply"],
  [/^#(?:part-handler|upstart-job)/, "This is a program for cloud-init itself, which lxops does not run"],
  [
    /^(?:Content-Type:|MIME-Version:|From |--=)/i,
    "This is a MIME archive of several files; write each of its parts into a file, and name them in cloud-config-files",
  ],
  [/^H4sI/, "This is compressed with gzip; unpack it with gunzip first"],
];

function checkHeader(file: string, text: string): void {
  if (HEADER.test(text)) return;
  const [first = ""] = text.split("\n", 1);
  const at = (message: string) => new ConfigError([{ file, line: 1, column: 1, message, severity: "error" }]);
  if (/^## *template:/.test(first)) {
    throw at(
      "Templates are not supported: write the file without Jinja expressions, or let cloud-init apply it",
    );
  }
  const kind = KINDS.find(([pattern]) => pattern.test(first));
  if (kind) throw at(kind[1]);
  throw at(`The first line must be "#cloud-config"`);
}

/** The keys that are often mistaken for another whose name is too different for a suggestion. */
const MEANT: Readonly<Record<string, string>> = {
  mode: "permissions",
  contents: "content",
  ssh_keys: "ssh_authorized_keys",
  password: "plain_text_passwd",
  home: "homedir",
  comment: "gecos",
};

/** The keys of entries by the list that they belong to, without keys that a file has at the top, too. */
const ENTRY_KEYS: Readonly<Record<string, readonly string[]>> = {
  users: [
    ...["name", "gecos", "uid", "shell", "homedir", "no_create_home", "primary_group", "lock_passwd", "sudo"],
    ...[
      "passwd",
      "hashed_passwd",
      "plain_text_passwd",
      "doas",
      "ssh_redirect_user",
      "no_user_group",
      "system",
    ],
  ],
  write_files: ["path", "content", "owner", "permissions", "encoding", "append", "defer"],
};
/** The top-level keys that are often written into entries by mistake. */
const FILE_KEYS: readonly string[] = [
  ...[
    "bootcmd",
    "chpasswd",
    "disable_root",
    "fqdn",
    "groups",
    "hostname",
    "locale",
    "manage_etc_hosts",
    "ntp",
  ],
  ...[
    "package_update",
    "package_upgrade",
    "packages",
    "runcmd",
    "ssh_pwauth",
    "timezone",
    "users",
    "write_files",
  ],
];

/** Returns a message about a key that is at the wrong level. */
function misplaced(parts: readonly string[]): string | undefined {
  const key = parts.at(-1)!.replaceAll("-", "_");
  if (parts.length > 1) {
    return FILE_KEYS.includes(key) ? `"${key}" belongs to the file, at its left edge` : undefined;
  }
  const list = Object.keys(ENTRY_KEYS).find((name) => ENTRY_KEYS[name]!.includes(key));
  return list === undefined ? undefined : `"${key}" belongs into an entry of "${list}"`;
}

function explained(issue: Issue): Issue {
  const parts = issue.key?.split(".") ?? [];
  const last = parts.at(-1) ?? "";
  const place = parts.length > 0 && issue.message.startsWith("Unknown key") ? misplaced(parts) : undefined;
  if (place !== undefined) {
    return {
      ...issue,
      message: `${issue.message.replace(/(?:; did you mean| \(known are).*$/, "")}; ${place}`,
    };
  }
  const meant = Object.hasOwn(MEANT, last) ? MEANT[last] : undefined;
  if (meant === undefined || parts.length < 3 || !issue.message.startsWith("Unknown key")) return issue;
  return {
    ...issue,
    message: `${issue.message.replace(/(?:; did you mean| \(known are).*$/, "")}; it is "${meant}"`,
  };
}

/** The most characters of a file: cloud-init has no limit, and files with a program in them have some MiB. */
const LARGEST = 64 * 2 ** 20;

/** Parses the YAML of a file. A `ConfigError` has all errors. */
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

/** Finds values that have no effect, or another one than an author may expect. */
function remarksOf<V>({ sections, unsupported }: SectionSet<V>, values: V, data: unknown): readonly Remark[] {
  const ignored = Object.entries(unsupported).filter(([key]) => Object.hasOwn(data ?? {}, key));
  return [
    ...ignored.map(([key, message]) => ({ path: [key], message })),
    ...sections.flatMap(({ remarks }) => remarks?.(values, data) ?? []),
  ];
}

/**
 * Checks a file by a set of sections.
 *
 * @throws {ConfigError} with all errors of the file
 */
export function check<V>({ source, mergers }: Opened, set: SectionSet<V>): Checked<V> {
  const { value, issues } = validate(set.schema, source, { data: source.data, path: [] });
  if (value === undefined) throw new ConfigError(issues.filter(({ severity }) => severity === "error"));
  const warnings = issues.map(explained);
  for (const { path, message } of remarksOf(set, value, source.data)) {
    warnings.push(issueAt(source, path, message, "warning"));
  }
  const { file, data, locate } = source;
  const merging = mergers.length > 0 ? { mergers } : {};
  return { cloudConfig: { file, values: value, data, locate, ...merging }, warnings: sortIssues(warnings) };
}
