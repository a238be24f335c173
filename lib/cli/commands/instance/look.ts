/**
 * Commands of `instance` that look at instances.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags, projectFlags } from "../../command/flags.ts";
import { filters, FILTERS_HELP, filtersOf, jsonFlag, listFlags } from "../../command/result_flags.ts";

const lookFlags = { ...projectFlags, ...jsonFlag } as const;
const listingFlags = { ...projectFlags, ...listFlags } as const;
const one = { usage: "[REMOTE:]NAME", min: 1, max: 1 } as const;

/** `lxops instance profiles`. */
export const profiles = command({
  name: "profiles",
  summary: "Print the profiles of an instance",
  flags: listingFlags,
  operands: filtersOf(one.usage),
  example: "lxops instance profiles php1",
  underTheHood: "GET instance",
  details: `${FILTERS_HELP}\nWith json and yaml, the list has the names alone, unless columns are chosen.`,
  run: async (...all) => (await import("../../actions/instance/instance.ts")).profiles(...all),
});

/** `lxops instance devices`. */
export const devices = command({
  name: "devices",
  summary: "Print the disk devices of an instance, including those of its profiles",
  flags: listingFlags,
  operands: filtersOf(one.usage),
  example: "lxops instance devices php1",
  underTheHood: "GET instance",
  details: FILTERS_HELP,
  run: async (...all) => (await import("../../actions/instance/instance.ts")).devices(...all),
});

/** `lxops instance hwaddr`. */
export const hwaddr = command({
  name: "hwaddr",
  summary: "Print the MAC address of every NIC of instances",
  flags: listingFlags,
  operands: { usage: "[NAME...]", min: 0 },
  example: "lxops instance hwaddr php1",
  underTheHood: "GET instances",
  details: "The default is all instances of the project.",
  run: async (...all) => (await import("../../actions/instance/instance.ts")).hwaddr(...all),
});

/** `lxops instance info`. */
export const info = command({
  name: "info",
  summary: "Print all information of the daemon about an instance, as YAML",
  flags: lookFlags,
  operands: one,
  example: "lxops instance info php1",
  underTheHood: "GET instance",
  run: async (...all) => (await import("../../actions/instance/instance.ts")).info(...all),
});

/** `lxops instance logs`. */
export const logs = command({
  name: "logs",
  summary: "Print the names of an instance's log files, or a log file",
  flags: {
    ...projectFlags,
    console: { kind: "boolean", help: "Print the output of the instance's console" },
    ...listFlags,
  },
  operands: { usage: "[REMOTE:]NAME [FILE]", min: 1, max: 2 },
  example: "lxops instance logs php1 lxc.log",
  underTheHood: "GET logs, GET console",
  details:
    "Flags about the form of the list are refused with FILE and --console, whose contents are printed unchanged.",
  run: async (...all) => (await import("../../actions/instance/instance.ts")).logs(...all),
});

/** `lxops instance list`. */
export const list = command({
  name: "list",
  summary: "List instances that lxops created, with configuration file, image, age and state",
  flags: {
    ...listingFlags,
    all: { kind: "boolean", help: "Also list instances that lxops did not create" },
    "all-projects": { kind: "boolean", help: "List the instances of all projects" },
  },
  operands: filters,
  example: "lxops instance list",
  underTheHood: "GET 1.0, GET instances",
  details: FILTERS_HELP,
  run: async (...all) => (await import("../../actions/instance/list.ts")).list(...all),
});

/** `lxops instance addresses`. */
export const addresses = command({
  name: "addresses",
  summary: "Print the addresses of the instances of all projects",
  flags: {
    ...projectFlags,
    ...dryRunFlags,
    family: { kind: "string", value: "FAMILY", default: "inet", help: "inet or inet6" },
    ...listFlags,
    format: { kind: "string", value: "FORMAT", default: "csv", help: "csv, yaml, json, table or compact" },
    headers: { kind: "boolean", help: "Print column names in CSV" },
    o: { kind: "string", value: "FILE", help: "Write to this file instead of stdout" },
  },
  operands: filters,
  example: "lxops instance addresses --format yaml",
  underTheHood: "GET 1.0, GET instances with their states",
  details:
    "If instances of several projects have the same name, those outside the default project are printed as\n" +
    "PROJECT_NAME. YAML has the first address of each instance, CSV and JSON have all addresses.\n" +
    FILTERS_HELP,
  run: async (...all) => (await import("../../actions/instance/addresses.ts")).addresses(...all),
});

/** `lxops instance number`. */
export const number = command({
  name: "number",
  summary: "Assign permanent numbers to instances, and keep them in a CSV file",
  flags: {
    ...dryRunFlags,
    f: { kind: "string", value: "CSV", help: "File of names and numbers; it is created if missing" },
    first: {
      kind: "number",
      value: "N",
      default: 0,
      help: "First number (default: the smallest in the file)",
    },
    last: { kind: "number", value: "N", default: 0, help: "Last number (0: no limit)" },
    project: { kind: "string", value: "NAME", help: "Also assign numbers to the instances of this project" },
    r: { kind: "boolean", help: "Only running instances of --project" },
    clean: { kind: "boolean", help: "Remove the numbers of all other names" },
  },
  operands: { usage: "[NAME...]", min: 0 },
  example: "lxops instance number -f ports.csv --first 2200 --project default",
  underTheHood: "GET instances; writes the file",
  run: async (...all) => (await import("../../actions/instance/number.ts")).number(...all),
});
