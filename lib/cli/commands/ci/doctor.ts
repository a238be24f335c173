/**
 * `ci doctor`: a trial of what a CI system does.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags } from "../../command/flags.ts";
import { fileFlags } from "./flags.ts";

/** `lxops ci doctor`. */
export const doctor = command({
  name: "doctor",
  summary: "Run a job that does nothing, and say what is missing",
  flags: { ...fileFlags, ...dryRunFlags },
  operands: { usage: "SYSTEM [IMAGE]", min: 1, max: 2 },
  example: "lxops ci doctor gitlab",
  underTheHood: "POST instances, PUT state, POST exec, DELETE instances",
  exits: "1: something is missing",
  details:
    "SYSTEM is gitlab, garm, falk or forgejo. The image is that of default-image, or IMAGE. For gitlab, the job goes\n" +
    "through ci gitlab prepare, run and cleanup, as gitlab-runner would call them.",
  run: async (...all) => (await import("../../actions/ci/doctor.ts")).doctor(...all),
});
