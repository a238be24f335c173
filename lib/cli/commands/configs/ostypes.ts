/**
 * `ostypes`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { filters, FILTERS_HELP, listFlags } from "../../command/result_flags.ts";

/** `lxops ostypes`. */
export const ostypes = command({
  name: "ostypes",
  summary: "Print the operating systems that cloud-config can be applied to",
  flags: listFlags,
  operands: filters,
  example: "lxops ostypes",
  underTheHood: "nothing",
  details: FILTERS_HELP,
  run: async (...all) => (await import("../../actions/configs/about.ts")).ostypes(...all),
});
