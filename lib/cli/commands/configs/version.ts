/**
 * `version`.
 *
 * @module
 */
import { EXIT } from "../../../base/errors.ts";
import { COMMIT, VERSION } from "../../../base/version.ts";
import { command } from "../../command/command.ts";

/** `lxops version`. */
export const version = command({
  name: "version",
  summary: "Print the version",
  flags: {},
  operands: { usage: "", min: 0, max: 0 },
  example: "lxops version",
  underTheHood: "nothing; the daemon is not asked",
  run: (_values, _operands, app) => {
    app.print(`lxops for ${app.backend.title}, ${VERSION} (${COMMIT})\n`);
    return Promise.resolve(EXIT.ok);
  },
});
