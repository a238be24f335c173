/**
 * The conditions of an instance that `--until` can wait for.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import type { Wait } from "../../step/step.ts";

/** The names of all conditions. */
export const CONDITIONS = ["network", "ipv4", "ipv6", "exec", "systemd", "cloud-init", "stopped"] as const;

/** Reads a list of conditions with commas between them. */
export function conditions(text: string): Wait["until"] {
  return text.split(",").filter((word) => word !== "").map((word) => {
    const condition = CONDITIONS.find((one) => one === word);
    if (!condition) throw new UsageError(`--until takes ${CONDITIONS.join(", ")}, not "${word}"`);
    return condition;
  });
}
