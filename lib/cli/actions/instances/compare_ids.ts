/**
 * `instance compare-ids`.
 *
 * @module
 */
import { EXIT, UsageError } from "../../../base/errors.ts";
import type { IdComparison } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { applyEffect } from "../../shared/apply_steps.ts";
import { missingInstance, placeOf } from "../../shared/operands.ts";

interface Values {
  readonly project: string;
  readonly ids: string;
  readonly device: readonly string[];
}

/** Runs `instance compare-ids`. */
export async function compareIds(
  values: Values,
  [name, made]: readonly string[],
  app: App,
): Promise<number> {
  const how = howOf(values.ids);
  const place = await placeOf(app, name!, values.project);
  const other = { ...place, ref: { ...place.ref, name: made! } };
  if (!await (await place.app.server()).instance(other.ref)) throw await missingInstance(other);
  const ids = new TextDecoder().decode(await app.stdin.bytes());
  await applyEffect(place.app, `Compare the ids of users and groups of ${name} and ${made}`, {
    kind: "ids",
    instance: place.ref,
    made: made!,
    how,
    ids,
    directories: values.device,
  }, {});
  return EXIT.ok;
}

function howOf(text: string): IdComparison["how"] {
  if (text === "keep" || text === "warn" || text === "refuse") return text;
  throw new UsageError(`--ids takes keep, warn or refuse, not "${text}"`);
}
