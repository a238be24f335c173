/**
 * Flags about applying cloud-config files.
 *
 * @module
 */
import type { PlanOptions } from "../../plan/world.ts";

/** Values of the flags, as far as a command has them. */
export interface ApplyFlagValues {
  readonly only?: readonly string[];
  readonly "step-timeout"?: number;
}

/** Returns the plan options of flags about applying cloud-config files. */
export function applyOptions(
  values: ApplyFlagValues,
): Pick<PlanOptions, "only" | "stepSeconds"> {
  const only = (values.only ?? []).flatMap((text) => text.split(",")).filter((name) => name !== "");
  const seconds = values["step-timeout"] ?? 0;
  return { ...(only.length > 0 ? { only } : {}), ...(seconds > 0 ? { stepSeconds: seconds } : {}) };
}
