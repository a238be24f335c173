/**
 * Locks of lxops as `doctor` shows them.
 *
 * @module
 */
import type { ProfileInfo } from "../../ports/mod.ts";

/** Describes a lock: `launch works on instance "web"`. */
export function lockText({ name, description }: Pick<ProfileInfo, "name" | "description">): string {
  return /^Lock of lxops: (.*?) since /.exec(description)?.[1] ?? name;
}
