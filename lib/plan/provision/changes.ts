/**
 * Changes of an instance that its hooks and secrets make necessary.
 *
 * @module
 */
import type { InstanceInfo } from "../../ports/mod.ts";
import type { Change } from "../changes/change.ts";
import type { Target } from "../world.ts";
import { pendingHooks } from "./provision.ts";
import type { SecretDifference } from "./secrets.ts";

/** Returns the changes of an instance that exists: hooks of its launch that are still to run, and its secrets. */
export function changesOfProvisions(
  target: Target,
  info: InstanceInfo | undefined,
  secrets: readonly SecretDifference[],
): readonly Change[] {
  const hooks = pendingHooks(info, target).map((point): Change => ({
    sign: "+",
    part: "hooks",
    name: point,
    why: "file",
    takes: "nothing",
  }));
  return [
    ...hooks,
    ...secrets.map(({ sign, name }): Change => ({
      sign,
      part: "secrets",
      name,
      why: sign === "+" ? "missing" : "file",
      takes: "nothing",
    })),
  ];
}
