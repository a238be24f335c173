/**
 * `config`: commands that read configuration files, without any instance or daemon.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { dryRunFlags, propertyFlags, settingFlags } from "../../command/flags.ts";
import { filters, FILTERS_HELP, filtersOf, jsonFlag, listFlags } from "../../command/result_flags.ts";

const read = {
  ...propertyFlags,
  raw: { kind: "boolean", help: "Read the file alone, without the files that it includes" },
  v: { kind: "boolean", help: "Also print which files are read and which paths are skipped" },
} as const;

const oneFile = { usage: "FILE", min: 1, max: 1 } as const;
const reads = "nothing; files are read";

const parse = command({
  name: "parse",
  summary: "Read and merge files, and report errors in them",
  flags: read,
  operands: { usage: "FILE...", min: 1 },
  oneForm: "nothing, or names of files with -v; i verify has results for programs",
  example: "lxops config parse -v php.yaml",
  underTheHood: reads,
  details:
    "Checks files against their schema and reports values that override others. All checks: lxops i verify",
  run: async (...all) => (await import("../../actions/configs/config.ts")).parse(...all),
});

const print = command({
  name: "print",
  summary: "Print the configuration of a file, merged with the files that it includes",
  flags: {
    ...read,
    env: settingFlags.env,
    "env-file": settingFlags["env-file"],
    "show-secrets": { ...dryRunFlags["show-secrets"], help: "Print values of .env files" },
    json: { ...jsonFlag.json, help: "Print JSON, for programs; not with --raw" },
  },
  operands: oneFile,
  example: "lxops config print php.yaml",
  underTheHood: reads,
  run: async (...all) => (await import("../../actions/configs/config.ts")).print(...all),
});

const properties = command({
  name: "properties",
  summary: "Print the properties that a file sets",
  flags: { ...read, ...listFlags },
  operands: filtersOf(oneFile.usage),
  example: "lxops config properties php.yaml",
  underTheHood: reads,
  details: FILTERS_HELP,
  run: async (...all) => (await import("../../actions/configs/config.ts")).properties(...all),
});

const packages = command({
  name: "packages",
  summary: "Print the packages that a file's cloud-config installs",
  flags: { ...read, ...listFlags },
  operands: filtersOf(oneFile.usage),
  example: "lxops config packages php.yaml",
  underTheHood: reads,
  details: FILTERS_HELP,
  run: async (...all) => (await import("../../actions/configs/config.ts")).packages(...all),
});

const cloudConfig = command({
  name: "cloud-config",
  summary: "Print the cloud-config files of a configuration, in the order in which they are applied",
  flags: { ...read, ...listFlags },
  operands: filtersOf(oneFile.usage),
  example: "lxops config cloud-config php.yaml",
  underTheHood: reads,
  details: FILTERS_HELP,
  run: async (...all) => (await import("../../actions/configs/config.ts")).cloudConfig(...all),
});

const includes = command({
  name: "includes",
  summary: "Print the files that configuration files include",
  flags: { ...read, ...listFlags },
  operands: { usage: "FILE...", min: 1 },
  example: "lxops config includes php.yaml",
  underTheHood: reads,
  details:
    "Paths with a property that has no value are skipped and listed on stderr. With -v, the files are printed as a tree.",
  run: async (...all) => (await import("../../actions/configs/config.ts")).includes(...all),
});

const explain = command({
  name: "explain",
  summary: "Print where each value of a configuration comes from",
  flags: { ...propertyFlags, ...listFlags },
  operands: { usage: "FILE [KEY...]", min: 1 },
  example: "lxops config explain php.yaml devices.home",
  underTheHood: reads,
  details:
    "KEY is a dotted path, as in messages; the values below it are printed, too. With * or ? in it, it is a\n" +
    "pattern for whole paths, such as '*.pattern'.",
  run: async (...all) => (await import("../../actions/configs/explain.ts")).explainFile(...all),
});

const convert = command({
  name: "convert",
  summary: "Convert files of older formats to the current format; comments are kept",
  flags: {
    o: {
      kind: "string",
      value: "FILE",
      help: "Write to this file, instead of replacing the one that is read",
    },
    f: {
      kind: "boolean",
      help: "Also rewrite files of the current format, and overwrite existing files",
    },
    from: {
      kind: "string",
      value: "FORMAT",
      help: "Format of files without a format line: lxdops-old, from before 2023",
    },
    keys: {
      kind: "boolean",
      help: "Rewrite lxc-options as keys such as limits and config, and list options that have no key",
    },
    ...dryRunFlags,
  },
  operands: { usage: "FILE...", min: 1 },
  example: "lxops config convert --from lxdops-old web.yaml",
  underTheHood: "FILE is saved as FILE.bak, then replaced",
  details:
    "With --from lxdops-old, settings inside the instance become cloud-config files in the same directory.",
  run: async (...all) => (await import("../../actions/configs/convert.ts")).convert(...all),
});

const formats = command({
  name: "formats",
  summary: "Print the formats of configuration files",
  flags: listFlags,
  operands: filters,
  example: "lxops config formats",
  underTheHood: "nothing",
  details: FILTERS_HELP,
  run: async (...all) => (await import("../../actions/configs/config.ts")).formats(...all),
});

const schema = command({
  name: "schema",
  summary: "Print the JSON Schema of configuration files, for editors",
  flags: {},
  operands: { usage: "", min: 0, max: 0 },
  oneForm: "JSON Schema",
  example: "lxops config schema > lxops.schema.json",
  underTheHood: "nothing",
  details: "Editors with the YAML language server use it where a file contains the line:\n" +
    "# yaml-language-server: $schema=lxops.schema.json",
  run: async (...all) => (await import("../../actions/configs/config.ts")).schema(...all),
});

/** `lxops config`. */
export const config = group("config", "Inspect and convert configuration files", [
  parse,
  print,
  explain,
  includes,
  properties,
  cloudConfig,
  packages,
  convert,
  formats,
  schema,
]);
