/**
 * `version`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { jsonFlag } from "../../command/result_flags.ts";

/** `lxops version`. */
export const version = command({
  name: "version",
  summary: "Print the version",
  flags: jsonFlag,
  operands: { usage: "", min: 0, max: 0 },
  example: "lxops version",
  underTheHood: "nothing; the daemon is not asked",
  run: async (...all) => (await import("../../actions/configs/about.ts")).version(...all),
});
