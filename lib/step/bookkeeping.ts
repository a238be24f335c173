/**
 * Steps that only write down how far a run has come.
 *
 * @module
 */
import type { Step } from "./step.ts";

/** Keys by which a daemon remembers whether an instance is to run. */
const POWER: ReadonlySet<string> = new Set(["volatile.last_state.power"]);

/**
 * Tells whether a step changes only notes of lxops: keys and properties of its own. Such steps say nothing to a user
 * who does not look for the cause of a fault.
 */
export function isBookkeeping({ effect }: Step): boolean {
  if (effect.kind === "run") return isNote(effect.argv);
  if (effect.kind !== "send" || effect.method !== "PATCH") return false;
  const { body } = effect;
  if (typeof body !== "object" || body === null || Object.keys(body).join() !== "config") return false;
  const { config } = body as { readonly config: unknown };
  if (typeof config !== "object" || config === null) return false;
  return Object.keys(config).every((key) => key.startsWith("user.lxops.") || POWER.has(key));
}

/** Tells whether a program sets only ZFS properties of lxops. */
function isNote([program, action, ...rest]: readonly string[]): boolean {
  if (program !== "zfs" || action !== "set" && action !== "inherit") return false;
  const properties = action === "inherit" ? rest.slice(0, 1) : rest.filter((one) => one.includes("="));
  return properties.length > 0 && properties.every((one) => one.startsWith("lxops:"));
}
