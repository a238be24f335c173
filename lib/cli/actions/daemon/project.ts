/**
 * `project list`.
 *
 * @module
 */
import { EXIT } from "../../../base/errors.ts";
import type { App } from "../../command/app.ts";
import { renderRows } from "../../output/table.ts";

/** The kinds of objects that a project can have for itself. */
const FEATURES = ["images", "profiles", "networks", "storage.volumes"] as const;

/** `project list`. */
export async function list(
  values: { readonly json: boolean },
  _operands: readonly string[],
  app: App,
): Promise<number> {
  const [current, projects] = await Promise.all([
    app.project(),
    app.server().then((server) => server.projects()),
  ]);
  const rows = projects.map(({ name, config }) => ({
    name,
    current: name === current,
    own: FEATURES.filter((feature) => config[`features.${feature}`] === "true"),
    restricted: config["restricted"] === "true",
  })).sort((a, b) => a.name < b.name ? -1 : 1);
  const shown = rows.map((row) => ({ ...row, current: row.current ? "*" : "" }));
  app.print(renderRows(["name", "current", "own", "restricted"], values.json ? rows : shown, values));
  return EXIT.ok;
}
