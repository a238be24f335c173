/**
 * `profile`: profiles of the daemon and of configuration files.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import {
  changeFlags,
  configFlags,
  dryRunFlags,
  moveFlags,
  projectFlags,
  stopFlags,
} from "../../command/flags.ts";
import { listFlags } from "../../command/result_flags.ts";
import { FILE_HELP, NEEDED_FILES_USAGE } from "../../command/file_operands.ts";

const files = { usage: "FILE...", min: 1 } as const;
const named = { usage: NEEDED_FILES_USAGE, min: 1 } as const;
const changing = { ...configFlags, ...changeFlags, adopt: stopFlags.adopt } as const;
const looking = {
  ...configFlags,
  trace: { kind: "boolean", help: "Accepted for old scripts", hidden: true },
} as const;

const list = command({
  name: "list",
  summary: "List the profiles that configuration files give to instances",
  flags: { ...looking, ...listFlags },
  operands: files,
  example: "lxops profile list php.yaml",
  underTheHood: "nothing; files are read",
  run: async (...all) => (await import("../../actions/instances/profile.ts")).list(...all),
});

const diff = command({
  name: "diff",
  summary: "Compare the profiles of instances with configuration files; exits with 10 if they differ",
  flags: { ...looking, ...listFlags },
  operands: named,
  example: "lxops profile diff php.yaml",
  details: FILE_HELP,
  underTheHood: "GET instances, GET profiles, zfs list",
  run: async (...all) => (await import("../../actions/instances/profile.ts")).diff(...all),
});

const apply = command({
  name: "apply",
  summary: "Update the profiles of instances to match configuration files, and create missing devices",
  flags: { ...changing, ...moveFlags },
  operands: named,
  example: "lxops profile apply php.yaml",
  details: FILE_HELP,
  underTheHood: "zfs create, mkdir, chown, POST volumes, PUT profile, PATCH instance",
  run: async (...all) => (await import("../../actions/instances/profile.ts")).apply(...all),
});

const reorder = command({
  name: "reorder",
  summary: "Reorder the profiles of instances to match configuration files, if they are the same profiles",
  flags: changing,
  operands: files,
  example: "lxops profile reorder php.yaml",
  underTheHood: "PATCH instance",
  run: async (...all) => (await import("../../actions/instances/profile.ts")).reorder(...all),
});

const exists = command({
  name: "exists",
  summary: "Print the name of a profile if it exists; exits with 1 if not",
  flags: projectFlags,
  operands: { usage: "[REMOTE:]PROFILE", min: 1, max: 1 },
  oneForm: "the name",
  example: "lxops profile exists default",
  underTheHood: "GET profile",
  run: async (...all) => (await import("../../actions/instances/profile.ts")).exists(...all),
});

const exportCommand = command({
  name: "export",
  summary: "Write profiles as YAML, each to a file with its name",
  flags: {
    ...projectFlags,
    ...dryRunFlags,
    d: { kind: "string", value: "DIR", help: "Directory of the files (default: the current directory)" },
    all: { kind: "boolean", help: "Export all profiles" },
  },
  operands: { usage: "[PROFILE...]", min: 0 },
  example: "lxops profile export -d profiles default",
  underTheHood: "GET profiles; writes files",
  run: async (...all) => (await import("../../actions/instances/profile.ts")).exportProfiles(...all),
});

const importCommand = command({
  name: "import",
  summary: "Create or replace profiles from files, each named as its file",
  flags: { ...projectFlags, ...dryRunFlags },
  operands: files,
  example: "lxops profile import profiles/default",
  underTheHood: "POST profiles, PUT profile",
  run: async (...all) => (await import("../../actions/instances/profile.ts")).importProfiles(...all),
});

/** `lxops profile`. */
export const profile = group("profile", "Compare, apply, export and import profiles", [
  list,
  diff,
  apply,
  reorder,
  exists,
  exportCommand,
  importCommand,
]);
