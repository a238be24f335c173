/**
 * `ci garm`: a provider of garm.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags } from "../../command/flags.ts";
import { poolFlags } from "./flags.ts";

/** `lxops ci garm`. */
export const garm = command({
  name: "garm",
  summary: "Be a provider of garm, for runners of GitHub and Gitea",
  flags: { ...poolFlags, ...dryRunFlags },
  operands: { usage: "", min: 0, max: 0 },
  example: "lxops ci garm",
  underTheHood: "GET instances, POST instances, PUT state, POST exec, DELETE instances",
  exits: "1: it failed; 30: there is no such instance; 31: there is one already",
  details:
    "garm sets the environment, and needs no arguments: lxops alone does the same where GARM_COMMAND is set.\n" +
    "Both versions of the interface, v0.1.0 and v0.1.1. GARM_PROVIDER_CONFIG_FILE is the administrator's file, see\n" +
    "lxops help ci. The image needs no cloud-init: the instance gets garm's install script by itself.\n" +
    "With a pool, of the flavor or of --pool, a runner is an instance of that pool, and its image does not count. The\n" +
    "instance keeps its name; the key user.lxops.garm has the name that garm gave it.",
  run: async (...all) => (await import("../../actions/ci/garm.ts")).garm(...all),
});
