/**
 * Secrets of instances that a command starts: they are in memory, so that each start needs them again.
 *
 * @module
 */
import type { InstancePlan } from "../../step/step.ts";
import { hasSecrets } from "../shared/lifecycle/provisions.ts";
import type { FoundPlace, PlaceValues } from "./places.ts";
import { withTargets } from "./sources.ts";

/** An instance with its plan. */
export type PlannedPlace = FoundPlace & { readonly plan: InstancePlan };

/** Adds the delivery of secrets to plans that start instances. */
export async function withSecrets(
  planned: readonly PlannedPlace[],
  values: PlaceValues,
): Promise<readonly PlannedPlace[]> {
  if (!planned.some(({ info }) => hasSecrets(info))) return planned;
  const [
    { delivering, needsSecrets },
    { readSecrets },
    { checkSources, placesOfTargets },
    { placesOfMachine },
  ] = await Promise.all([
    import("../../plan/provision/provision.ts"),
    import("../../run/provision/secrets.ts"),
    import("../../run/targets/guest_places.ts"),
    import("../shared/search.ts"),
  ]);
  const needs = ({ info, plan }: PlannedPlace) => hasSecrets(info) && needsSecrets(plan);
  const described = await withTargets(planned.filter(needs), values);
  return await Promise.all(planned.map(async (place): Promise<PlannedPlace> => {
    if (!needs(place)) return place;
    const { app, plan, ref } = place;
    const target = described.find((one) => one.ref === ref)?.target;
    if (!target) {
      app.complain(
        `note: ${ref.name}: its configuration is not there, or others can change it, so it has no secrets until ` +
          `lxops up FILE delivers them`,
      );
      return place;
    }
    const own = placesOfTargets([target], { datasets: new Map() });
    await checkSources([target], [...own, ...await placesOfMachine(app)], app.host);
    const { secrets, warnings } = await readSecrets(target, app.host);
    app.warn(warnings);
    return { ...place, plan: delivering(plan, secrets) };
  }));
}
