/**
 * `config`: what configuration files say, without any instance or daemon.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { dryRunFlags, propertyFlags } from "../../command/flags.ts";
import { jsonFlag } from "../../output/table.ts";

const read = {
  ...propertyFlags,
  raw: { kind: "boolean", help: "The file alone, without what it includes" },
  v: { kind: "boolean", help: "Also tell which files are read, and which paths are left out" },
} as const;

const oneFile = { usage: "FILE", min: 1, max: 1 } as const;
const reads = "nothing; files are read";

const parse = command({
  name: "parse",
  summary: "Read and merge files, and say what is wrong with them",
  flags: read,
  operands: { usage: "FILE...", min: 1 },
  example: "lxops config parse -v php.yaml",
  underTheHood: reads,
  details:
    "Files are held against their schema, and what overrides what is told. For all checks, see: lxops i verify",
  run: async (...all) => (await import("../../actions/configs/config.ts")).parse(...all),
});

const print = command({
  name: "print",
  summary: "Print what a file and those that it includes come to",
  flags: read,
  operands: oneFile,
  example: "lxops config print php.yaml",
  underTheHood: reads,
  run: async (...all) => (await import("../../actions/configs/config.ts")).print(...all),
});

const properties = command({
  name: "properties",
  summary: "Print the properties that a file sets",
  flags: { ...read, ...jsonFlag },
  operands: oneFile,
  example: "lxops config properties php.yaml",
  underTheHood: reads,
  run: async (...all) => (await import("../../actions/configs/config.ts")).properties(...all),
});

const packages = command({
  name: "packages",
  summary: "Print the packages that a file's cloud-config installs",
  flags: read,
  operands: oneFile,
  example: "lxops config packages php.yaml",
  underTheHood: reads,
  run: async (...all) => (await import("../../actions/configs/config.ts")).packages(...all),
});

const cloudConfig = command({
  name: "cloud-config",
  summary: "Print the cloud-config files of a file, in the order in which they are applied",
  flags: read,
  operands: oneFile,
  example: "lxops config cloud-config php.yaml",
  underTheHood: reads,
  run: async (...all) => (await import("../../actions/configs/config.ts")).cloudConfig(...all),
});

const includes = command({
  name: "includes",
  summary: "Print the files that files include",
  flags: read,
  operands: { usage: "FILE...", min: 1 },
  example: "lxops config includes php.yaml",
  underTheHood: reads,
  details:
    "Paths that are left out, as a property in them has no value, are told on stderr. With -v, as a tree.",
  run: async (...all) => (await import("../../actions/configs/config.ts")).includes(...all),
});

const explain = command({
  name: "explain",
  summary: "Print where each value of a configuration comes from",
  flags: { ...propertyFlags, ...jsonFlag },
  operands: { usage: "FILE [KEY]", min: 1, max: 2 },
  example: "lxops config explain php.yaml devices.home",
  underTheHood: reads,
  details: "KEY is a dotted path as messages show them; what is below it is told, too.",
  run: async (...all) => (await import("../../actions/configs/explain.ts")).explainFile(...all),
});

const convert = command({
  name: "convert",
  summary: "Rewrite files of older formats in the current one; comments stay",
  flags: {
    o: { kind: "string", value: "FILE", help: "Write this file, instead of the one that is read" },
    f: {
      kind: "boolean",
      help: "Also write files of the current format, and over files that are in the way",
    },
    from: {
      kind: "string",
      value: "FORMAT",
      help: "Format of files whose first line does not say it: lxdops-old, from before 2023",
    },
    ...dryRunFlags,
  },
  operands: { usage: "FILE...", min: 1 },
  example: "lxops config convert -from lxdops-old web.yaml",
  underTheHood: "the old text goes to FILE.bak, then FILE is replaced",
  details: "With -from lxdops-old, what was done in the instance goes to cloud-config files beside the file.",
  run: async (...all) => (await import("../../actions/configs/convert.ts")).convert(...all),
});

const formats = command({
  name: "formats",
  summary: "Print the formats of configuration files",
  flags: {},
  operands: { usage: "", min: 0, max: 0 },
  example: "lxops config formats",
  underTheHood: "nothing",
  run: async (...all) => (await import("../../actions/configs/config.ts")).formats(...all),
});

const schema = command({
  name: "schema",
  summary: "Print the JSON Schema of configuration files, for editors",
  flags: {},
  operands: { usage: "", min: 0, max: 0 },
  example: "lxops config schema > lxops.schema.json",
  underTheHood: "nothing",
  details: "An editor with the YAML language server uses it in a file with the line:\n" +
    "# yaml-language-server: $schema=lxops.schema.json",
  run: async (...all) => (await import("../../actions/configs/config.ts")).schema(...all),
});

/** `lxops config`. */
export const config = group("config", "Look at configuration files, and convert them", [
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
