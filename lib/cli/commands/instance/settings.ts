/**
 * `instance set`, `instance get` and `instance copy`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { projectFlags, propertyFlags } from "../../command/flags.ts";
import { jsonFlag, listFlags } from "../../command/result_flags.ts";
import { stateFlags } from "./state_flags.ts";

const changeFlags = { ...stateFlags, ...jsonFlag } as const;

/** `lxops instance set`. */
export const set = command({
  name: "set",
  summary: "Set keys of an instance; an empty value removes a key",
  flags: changeFlags,
  operands: { usage: "[REMOTE:]NAME|FILE KEY=VALUE...", min: 2 },
  example: "lxops instance set php1 limits.memory=512MiB boot.autostart=true",
  underTheHood: "GET instance, PATCH instance",
  details: "A command that applies the configuration file later sets these keys to its values again.",
  run: async (...all) => (await import("../../actions/everyday/create.ts")).set(...all),
});

/** `lxops instance get`. */
export const get = command({
  name: "get",
  summary: "Print the keys of an instance, or the value of one",
  flags: {
    ...projectFlags,
    ...propertyFlags,
    expanded: { kind: "boolean", help: "Also those of its profiles" },
    ...listFlags,
  },
  operands: { usage: "[REMOTE:]NAME|FILE [KEY]", min: 1, max: 2 },
  example: "lxops instance get --expanded php1 limits.memory",
  underTheHood: "GET instance",
  run: async (...all) => (await import("../../actions/everyday/create.ts")).get(...all),
});

/** `lxops instance copy`. */
export const copy = command({
  name: "copy",
  summary: "Copy an instance, without its snapshots; the copy is stopped",
  flags: {
    ...changeFlags,
    "share-devices": { kind: "boolean", help: "Let both have the same directories" },
  },
  operands: { usage: "[REMOTE:]NAME|FILE NEW_NAME", min: 2, max: 2 },
  example: "lxops instance copy php1 php2",
  underTheHood: "GET instance, POST instances",
  details: "An instance whose devices can be written to is copied only with --share-devices.",
  run: async (...all) => (await import("../../actions/everyday/create.ts")).copy(...all),
});
