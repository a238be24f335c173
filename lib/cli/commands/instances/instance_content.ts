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
  summary: "Print a directory of an instance as a tar archive, with the ids that the host has for it",
  flags: {
    ...projectFlags,
    backup: {
      kind: "string",
      value: "NAME",
      default: "lxops",
      help: "The instance's backup that the directory is in",
    },
    owner: {
      kind: "string",
      value: "UID:GID",
      help: "The host's ids of the container's root, instead of what the daemon says",
    },
    "ids-of": { kind: "string", value: "NAME", help: "Ids as another instance has them" },
  },
  operands: { usage: "[REMOTE:]NAME PATH", min: 2, max: 2 },
  example: "lxops instance content -backup lxops php1 /etc | tar --list",
  underTheHood: "GET instance, GET of the backup",
  details: "The backup must be of the whole instance, and not of the storage driver's own kind: " +
    `POST backups with "instance_only": true and "optimized_storage": false.`,
  run: async (...all) => (await import("../../actions/instances/content.ts")).content(...all),
});
