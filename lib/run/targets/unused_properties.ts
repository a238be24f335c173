/**
 * Properties of `-P` that no configuration uses.
 *
 * @module
 */
import type { Issue } from "../../base/errors.ts";
import { didYouMean } from "../../base/suggest.ts";
import { parseSets } from "../../instance/patterns/properties.ts";
import { usedProperties } from "../../instance/patterns/remembered.ts";
import type { Target } from "../../plan/world.ts";

/** Returns a warning for each property of the command line that the configurations of no target use, nor define. */
export function unusedProperties(sets: readonly string[], targets: readonly Target[]): readonly Issue[] {
  if (targets.length === 0) return [];
  const loaded = targets.flatMap((target) => [target.loaded, target.devicesFrom?.loaded ?? []].flat());
  const names = new Set(
    loaded.flatMap((one) => [...usedProperties(one), ...Object.keys(one.config.properties)]),
  );
  // Which ones the configuration of a source uses is not known.
  if (targets.some(({ copyOf }) => copyOf)) return [];
  return Object.keys(parseSets(sets)).filter((name) => !names.has(name)).map((name) => ({
    file: `-P ${name}`,
    message: `no configuration here uses a property of this name${didYouMean(name, names)}`,
    severity: "warning",
  }));
}
