/**
 * `project list`.
 *
 * @module
 */
import { EXIT } from "../../../base/errors.ts";
import type { App } from "../../command/app.ts";
import { type ListValues, printList } from "../../output/listing.ts";
import { fitsName } from "../../shared/name_filter.ts";
import { PROJECTS } from "../../results/places.ts";

/** The kinds of objects that a project can have for itself. */
const FEATURES = ["images", "profiles", "networks", "storage.volumes"] as const;

/** Runs `project list`. */
export async function list(
  values: ListValues,
  filters: readonly string[],
  app: App,
): Promise<number> {
  const [current, projects] = await Promise.all([
    app.project(),
    app.server().then((server) => server.projects()),
  ]);
  const rows = projects.filter(({ name }) => fitsName(name, filters)).map(({ name, config }) => ({
    name,
    current: name === current,
    own: FEATURES.filter((feature) => config[`features.${feature}`] === "true"),
    restricted: config["restricted"] === "true",
  })).sort((a, b) => a.name < b.name ? -1 : 1);
  await printList(app, PROJECTS, rows, values);
  return EXIT.ok;
}
