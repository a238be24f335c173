/**
 * `ci gitlab`: the four programs of GitLab's custom executor.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { dryRunFlags } from "../../command/flags.ts";
import { gitlabFlags } from "./flags.ts";

const ENVIRONMENT =
  "gitlab-runner sets the environment: JOB_RESPONSE_FILE says which job it is. What the job's author\n" +
  "can set chooses nothing that the administrator's file does not allow.";

const EXITS =
  "$BUILD_FAILURE_EXIT_CODE: the job's fault; $SYSTEM_FAILURE_EXIT_CODE: the runner may try again";

/** `lxops ci gitlab config`. */
const config = command({
  name: "config",
  summary: "Tell the runner directories, shell and driver",
  flags: gitlabFlags,
  operands: { usage: "", min: 0, max: 0 },
  oneForm: "the JSON that the runner reads",
  example: "lxops ci gitlab config",
  underTheHood: "nothing",
  exits: EXITS,
  details: ENVIRONMENT,
  run: async (...all) => (await import("../../actions/ci/gitlab_config.ts")).config(...all),
});

/** `lxops ci gitlab prepare`. */
const prepare = command({
  name: "prepare",
  summary: "Create and start the instances of a job and of its services",
  flags: { ...gitlabFlags, ...dryRunFlags },
  operands: { usage: "", min: 0, max: 0 },
  example: "lxops ci gitlab prepare",
  underTheHood: "POST instances, PUT state, POST volumes, POST exec, DELETE instances",
  exits: EXITS,
  details: `${ENVIRONMENT}
Called again for the same job, it goes on with the instances that run.`,
  run: async (...all) => (await import("../../actions/ci/gitlab_prepare.ts")).prepare(...all),
});

/** `lxops ci gitlab run`. */
const run = command({
  name: "run",
  summary: "Run one script of a job in its instance",
  flags: { ...gitlabFlags, ...dryRunFlags },
  operands: { usage: "SCRIPT STAGE", min: 2, max: 2 },
  example: "lxops ci gitlab run /tmp/script build_script",
  underTheHood: "POST exec",
  exits: EXITS,
  details: `${ENVIRONMENT}
The script becomes a file of the instance. What it has started and left ends with it.
Its exit code goes into $BUILD_EXIT_CODE_FILE.`,
  run: async (...all) => (await import("../../actions/ci/gitlab_run.ts")).run(...all),
});

/** `lxops ci gitlab cleanup`. */
const cleanup = command({
  name: "cleanup",
  summary: "Remove the instances of a job",
  flags: { ...gitlabFlags, ...dryRunFlags },
  operands: { usage: "", min: 0, max: 0 },
  example: "lxops ci gitlab cleanup",
  underTheHood: "GET instances, PUT state, DELETE instances",
  exits: EXITS,
  details: `${ENVIRONMENT}
Instances of jobs whose time is over go as well.`,
  run: async (...all) => (await import("../../actions/ci/gitlab_cleanup.ts")).cleanup(...all),
});

/** `lxops ci gitlab`. */
export const gitlab = group("gitlab", "Be the custom executor of gitlab-runner", [
  config,
  prepare,
  run,
  cleanup,
]);
