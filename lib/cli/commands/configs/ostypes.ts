/**
 * `ostypes`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { listFlags } from "../../command/result_flags.ts";

/** `lxops ostypes`. */
export const ostypes = command({
  name: "ostypes",
  summary: "Print the operating systems that cloud-config can be applied to",
  flags: listFlags,
  operands: { usage: "", min: 0, max: 0 },
  example: "lxops ostypes",
  underTheHood: "nothing",
  run: async (...all) => (await import("../../actions/configs/about.ts")).ostypes(...all),
});
