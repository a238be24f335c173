/**
 * `project`: the projects of the daemon.
 *
 * @module
 */
import { EXIT } from "../../../base/errors.ts";
import { command, group } from "../../command/command.ts";
import { jsonFlag, renderRows } from "../../output/table.ts";

const FEATURES = ["images", "profiles", "networks", "storage.volumes"] as const;

const list = command({
  name: "list",
  summary: "List projects, with what they have of their own; the current one has a star",
  flags: jsonFlag,
  operands: { usage: "", min: 0, max: 0 },
  example: "lxops project list",
  underTheHood: "GET projects",
  run: async (values, _operands, app) => {
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
  },
});

/** `lxops project`. */
export const project = group("project", "Look at projects", [list]);
