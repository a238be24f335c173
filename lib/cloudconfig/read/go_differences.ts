/**
 * Differences from the Go lxops in a cloud-config file: keys that it ignored or read in another way.
 *
 * @module
 */
import type { Issue } from "../../base/errors.ts";
import type { Path } from "../../config/yaml/source.ts";
import type { CloudConfig } from "../sections/mod.ts";

/** The keys that it read: of a file, of an entry of `write_files`, and of one of `users`. */
const READ: ReadonlySet<string> = new Set(["packages", "write_files", "users", "timezone", "runcmd"]);
const READ_FILE: ReadonlySet<string> = new Set([
  "path",
  "content",
  "owner",
  "permissions",
  "append",
  "defer",
]);
const READ_USER: ReadonlySet<string> = new Set([
  "name",
  "uid",
  "gecos",
  "shell",
  "homedir",
  "no_create_home",
  "primary_group",
  "groups",
  "ssh_authorized_keys",
  "sudo",
]);

const IGNORED = "The Go lxops ignored this key; here it has the effect that it has in cloud-init";

/** Returns a warning for each value of a file that has another effect than in the Go lxops. */
export function goDifferences({ data, locate, file }: CloudConfig): readonly Issue[] {
  const found: Issue[] = [];
  const say = (path: Path, message: string) => {
    const { line, column } = locate(path);
    found.push({ file, line, column, key: path.join("."), message, severity: "warning" });
  };
  const root = mapOf(data);
  for (const key of Object.keys(root)) {
    if (!READ.has(key)) say([key], IGNORED);
  }
  for (const [at, entry] of listOf(root["write_files"]).entries()) {
    for (const key of Object.keys(mapOf(entry))) {
      if (!READ_FILE.has(key)) say(["write_files", at, key], IGNORED);
    }
  }
  for (const [at, entry] of listOf(root["users"]).entries()) {
    const user = mapOf(entry);
    for (const key of Object.keys(user)) {
      if (!READ_USER.has(key)) say(["users", at, key], IGNORED);
    }
    const { sudo, groups } = user;
    const sudoPath = ["users", at, "sudo"];
    if (Array.isArray(sudo) && sudo.length === 0) {
      say(sudoPath, "The Go lxops let this user do everything; here an empty list allows nothing");
    }
    if (sudo === "false") say(sudoPath, 'The Go lxops wrote the rule "false"; here it allows nothing');
    if (Array.isArray(groups)) {
      say(["users", at, "groups"], "The Go lxops refused a list of groups; here it is read");
    }
  }
  return found;
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? value as Readonly<Record<string, unknown>>
    : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
