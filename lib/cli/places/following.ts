/**
 * Instances that restart after others (`restart: true` under `after` in their configurations).
 *
 * @module
 */
import { CONFIG_MARK } from "../../plan/instance/ownership.ts";
import { printable } from "../output/output.ts";
import { keyOf } from "../shared/subjects.ts";
import type { FoundPlace, NamedPlace, PlaceValues } from "./places.ts";
import { withTargets } from "./sources.ts";

/**
 * Returns instances that restart, with those that run and restart after one of them, as far as their configuration files
 * are known.
 */
export async function withFollowing(
  places: readonly NamedPlace[],
  values: PlaceValues,
): Promise<readonly NamedPlace[]> {
  const groups = Map.groupBy(places, ({ app, ref }) => `${app.globals.remote} ${ref.project || "default"}`);
  const all = await Promise.all([...groups.values()].map(async (group) => {
    const { app, ref: { project } } = group[0]!;
    const named = new Set(group.map(keyOf));
    const others = (await (await app.server()).instances(project))
      .filter((info) => info.status === "Running" && info.config[CONFIG_MARK])
      .map((info): FoundPlace => ({ app, ref: { project, name: info.name }, info }))
      .filter((place) => !named.has(keyOf(place)));
    let left = await withTargets(others, values);
    const found: NamedPlace[] = [...group];
    // Others may follow those that follow.
    for (let seen = 0; seen < found.length; seen++) {
      const { name } = found[seen]!.ref;
      const follows = ({ target }: FoundPlace) => target?.instance.settings.after[name]?.restart ?? false;
      for (const place of left.filter(follows)) {
        app.complain(
          printable(`note: "${place.ref.name}" restarts after "${name}", as its configuration says`),
        );
        found.push(place);
      }
      left = left.filter((place) => !follows(place));
    }
    return found;
  }));
  return all.flat();
}
