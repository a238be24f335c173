/**
 * The parts of a configuration that not every command uses: a command ignores the problems of parts that it does not
 * use.
 *
 * @module
 */
import { ConfigError, type Issue } from "../base/errors.ts";

/** A part of a configuration. */
export type Part =
  | "image"
  | "member"
  | "owner"
  | "source"
  | "filesystems"
  | "devices"
  | "settings"
  | "environment"
  | "ostype"
  | "cloud-config"
  | "instance-name";

/** Problems of parts that a command does without, by part. Such a part has no value. */
export type Unusable = ReadonlyMap<Part, readonly Issue[]>;

const KEYS: ReadonlyMap<string, Part> = new Map<string, Part>([
  ["image", "image"],
  ["target", "member"],
  ["device-owner", "owner"],
  ["origin", "source"],
  ["device-template", "source"],
  ["device-origin", "source"],
  ["source-config", "source"],
  ["filesystems", "filesystems"],
  // The machine that they are on.
  ["host", "filesystems"],
  ["devices", "devices"],
  ...["ports", "addresses", "limits", "config", "after", "logs", "idmap"].map((key) =>
    [key, "settings"] as const
  ),
  // Settings, which are filled into values, bootstrap scripts and templates.
  ["environment", "environment"],
  ["ostype", "ostype"],
  ["cloud-config-files", "cloud-config"],
]);

/**
 * Returns the part that a key of a configuration belongs to; `undefined` where every command uses the key.
 */
export function partOf(key: string | undefined): Part | undefined {
  return key === undefined ? undefined : KEYS.get(key.replace(/[.].*/s, ""));
}

/** Parts that commands about existing instances do without. */
export const EXISTING: readonly Part[] = [
  "image",
  "member",
  "owner",
  "source",
  "ostype",
  "cloud-config",
  "settings",
  "environment",
  "instance-name",
];

/** Commands to which also the directories do not matter. */
export const NAME_ONLY: readonly Part[] = [...EXISTING, "filesystems", "devices"];

/** Sorts issues into those that matter and those about parts that a command does without. */
export function setAside(
  issues: readonly Issue[],
  without: readonly Part[],
): { readonly left: readonly Issue[]; readonly unusable: Unusable } {
  const unusable = new Map<Part, Issue[]>();
  const left = issues.filter((issue) => {
    const part = partOf(issue.key);
    if (issue.severity !== "error" || part === undefined || !without.includes(part)) return true;
    unusable.set(part, [...unusable.get(part) ?? [], issue]);
    return false;
  });
  return { left, unusable };
}

/** Returns the problems of parts that a command does without as warnings. */
export function asWarnings(unusable: Unusable = new Map()): readonly Issue[] {
  return [...unusable.values()].flat().map((issue) => ({ ...issue, severity: "warning" }));
}

/**
 * Checks that parts of an instance's configuration have their values, before a planner uses them.
 *
 * @throws {ConfigError} with their problems
 */
export function usable({ unusable }: { readonly unusable?: Unusable }, ...parts: readonly Part[]): void {
  const issues = parts.flatMap((part) => unusable?.get(part) ?? []);
  if (issues.length > 0) throw new ConfigError(issues);
}
