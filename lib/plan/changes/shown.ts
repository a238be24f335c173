/**
 * The form in which differences are shown, without secrets: where one side is not shown, neither is the other, which may be an
 * earlier secret.
 *
 * @module
 */
import { MASK } from "../../base/mask.ts";
import { shownValue } from "../instance/hidden_values.ts";
import type { Target } from "../world.ts";
import type { Difference } from "./three_way.ts";

/** The parts of a target that name its secrets. */
export type Secrecy = Pick<Target, "settings" | "secretValues"> & {
  readonly loaded: { readonly directory?: { readonly secretKeys?: ReadonlySet<string> } };
};

/** Words that every configuration has, and that are no secret. */
const WORDS: ReadonlySet<string> = new Set(["true", "false", "yes", "no", "on", "off"]);

/** The fewest characters of a secret that is looked for within values. */
const WITHIN = 8;

/** Returns a difference of a key or a device in the form that is shown. */
export function shownDifference<V>(
  part: "config" | "devices",
  one: Difference<V>,
  target: Secrecy,
): Difference<V | string> {
  const { name, wanted, live, why } = one;
  // Its own keys are hashes, and values that are none by decision.
  if (part === "config" && name.startsWith("user.lxops.")) return one;
  const isHidden = target.loaded.directory?.secretKeys?.has(`${part} ${name}`) ||
    // The source of a removed key's value is unknown.
    part === "config" && wanted === undefined && (target.settings?.size ?? 0) > 0 &&
      /^(?:environment|user)\./.test(name) ||
    [wanted, live].some((value) => hasSecret(value, target));
  const of = (key: "wanted" | "live", value: V | undefined) =>
    value === undefined ? {} : {
      [key]: isHidden
        ? MASK
        : typeof value === "string" && part === "config"
        ? shownValue(name, value)
        : value,
    };
  return { name, why, ...of("wanted", wanted), ...of("live", live) };
}

/** Tells whether a value has that of a secret setting. */
export function hasSecret(
  value: unknown,
  { secretValues = new Set() }: Pick<Secrecy, "secretValues">,
): boolean {
  if (typeof value === "object" && value !== null) {
    return Object.values(value).some((one) => hasSecret(one, { secretValues }));
  }
  if (typeof value !== "string" || value === "" || WORDS.has(value.toLowerCase())) return false;
  return secretValues.has(value) ||
    [...secretValues].some((secret) => secret.length >= WITHIN && value.includes(secret));
}
