/**
 * `create`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import {
  createFlags,
  dryRunFlags,
  lockFlags,
  progressFlags,
  projectFlags,
  propertyFlags,
  waitFlags,
} from "../../command/flags.ts";
import { jsonFlag } from "../../command/result_flags.ts";

/** `lxops create`. */
export const create = command({
  name: "create",
  summary: "Create an instance without a configuration file",
  flags: {
    start: { kind: "boolean", help: "Also start it, and wait for its network" },
    profile: { kind: "list", value: "NAME", aliases: ["p"], help: "Profile (default: default)" },
    config: { kind: "list", value: "KEY=VALUE", aliases: ["c"], help: "Set a key of the instance" },
    ...createFlags,
    ...projectFlags,
    ...propertyFlags,
    ...waitFlags,
    ...dryRunFlags,
    ...progressFlags,
    ...lockFlags,
    "undo-on-failure": { kind: "boolean", help: "If a step fails, undo the steps before it" },
    ...jsonFlag,
  },
  operands: { usage: "IMAGE [REMOTE:]NAME", min: 2, max: 2 },
  example: "lxops create --start -c limits.memory=512MiB images:debian/12 web",
  underTheHood: "POST profiles, POST instances, PUT state",
  details: "The image is written as in a configuration: an alias, a fingerprint or REMOTE:NAME.",
  run: async (...all) => (await import("../../actions/everyday/create.ts")).create(...all),
});
