/**
 * `property`: global properties, which the user keeps in files of the machine.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { dryRunFlags, propertyFlags } from "../../command/flags.ts";
import { filters, FILTERS_HELP, listFlags } from "../../command/result_flags.ts";

const change = {
  ...propertyFlags,
  ...dryRunFlags,
} as const;

const list = command({
  name: "list",
  summary: "Print the global properties",
  flags: { ...propertyFlags, ...listFlags },
  operands: filters,
  details: FILTERS_HELP,
  example: "lxops property list",
  underTheHood: "nothing; properties.d/*.yaml and properties.yaml of ~/.config/lxops are read",
  run: async (...all) => (await import("../../actions/configs/property.ts")).list(...all),
});

const get = command({
  name: "get",
  summary: "Print the value of a global property, or an empty line if it does not exist",
  flags: propertyFlags,
  operands: { usage: "KEY", min: 1, max: 1 },
  oneForm: "the value",
  example: "lxops property get fsroot",
  underTheHood: "nothing; files are read",
  run: async (...all) => (await import("../../actions/configs/property.ts")).get(...all),
});

const set = command({
  name: "set",
  summary: "Set a global property; comments and order in the file are kept",
  flags: change,
  operands: { usage: "KEY VALUE", min: 2, max: 2 },
  example: "lxops property set fsroot tank/lxops",
  underTheHood: "properties.yaml is replaced",
  run: async (...all) => (await import("../../actions/configs/property.ts")).set(...all),
});

const unset = command({
  name: "unset",
  summary: "Remove a global property from the file",
  flags: change,
  operands: { usage: "KEY", min: 1, max: 1 },
  example: "lxops property unset fsroot",
  underTheHood: "properties.yaml is replaced",
  run: async (...all) => (await import("../../actions/configs/property.ts")).unset(...all),
});

const file = command({
  name: "file",
  summary: "Print the path of the file that set and unset change",
  flags: propertyFlags,
  operands: { usage: "", min: 0, max: 0 },
  oneForm: "the path",
  example: "lxops property file",
  underTheHood: "nothing",
  run: async (...all) => (await import("../../actions/configs/property.ts")).file(...all),
});

/** `lxops property`. */
export const property = group("property", "View and change global properties", [
  list,
  get,
  set,
  unset,
  file,
]);
