/**
 * `ostypes`.
 *
 * @module
 */
import { EXIT } from "../../../base/errors.ts";
import { command } from "../../command/command.ts";

/** `lxops ostypes`. */
export const ostypes = command({
  name: "ostypes",
  summary: "Print the operating systems that cloud-config can be applied to",
  flags: {},
  operands: { usage: "", min: 0, max: 0 },
  example: "lxops ostypes",
  underTheHood: "nothing",
  run: async (_values, _operands, app) => {
    const { osTypes } = await import("../../../cloudconfig/model/ostype.ts");
    app.print([...osTypes.keys()].sort().map((name) => `${name}\n`).join(""));
    return EXIT.ok;
  },
});
