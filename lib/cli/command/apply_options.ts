/**
 * What flags say about applying cloud-config files.
 *
 * @module
 */
import type { PlanOptions } from "../../plan/world.ts";

/** Values of the flags, as far as a command has them. */
export interface ApplyFlagValues {
  readonly only?: readonly string[];
  readonly "step-timeout"?: number;
}

/** What flags say about applying cloud-config files; what `-only` names has to be a key that there is. */
export function applyOptions(
  values: ApplyFlagValues,
): Pick<PlanOptions, "only" | "stepSeconds"> {
  const only = (values.only ?? []).flatMap((text) => text.split(",")).filter((name) => name !== "");
  const seconds = values["step-timeout"] ?? 0;
  return { ...(only.length > 0 ? { only } : {}), ...(seconds > 0 ? { stepSeconds: seconds } : {}) };
}
