/**
 * `instance content`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { projectFlags } from "../../command/flags.ts";

/** `lxops instance content`. */
export const content = command({
  name: "content",
  summary: "Print a directory of an instance as a tar archive, with host ids",
  flags: {
    ...projectFlags,
    backup: {
      kind: "string",
      value: "NAME",
      default: "lxops",
      help: "Backup of the instance that contains the directory",
    },
    owner: {
      kind: "string",
      value: "UID:GID",
      help: "Host ids of the container's root, instead of those that the daemon reports",
    },
    "ids-of": { kind: "string", value: "NAME", help: "Use the ids of another instance" },
  },
  operands: { usage: "[REMOTE:]NAME PATH", min: 2, max: 2 },
  oneForm: "a tar archive",
  example: "lxops instance content --backup lxops php1 /etc | tar --list",
  underTheHood: "GET instance, GET of the backup",
  details:
    "The backup must include the whole instance, and must not be in the storage driver's own format: " +
    `POST backups with "instance_only": true and "optimized_storage": false.`,
  run: async (...all) => (await import("../../actions/instance/content.ts")).content(...all),
});
