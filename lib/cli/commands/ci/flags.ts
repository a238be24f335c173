/**
 * Flags of all commands that CI systems call.
 *
 * @module
 */
import type { Flags } from "../../command/command.ts";

/** The flag of the administrator's file. */
export const fileFlags = {
  file: {
    kind: "string",
    value: "FILE",
    help: "What jobs may have, see lxops help ci (default: /etc/lxops/ci.yaml)",
  },
} as const satisfies Flags;

/** The flag of a pool of warm instances. */
export const poolFlags = {
  pool: { kind: "string", value: "POOL", help: "Take the instances from an instance pool" },
} as const satisfies Flags;

/** Flags of the commands of gitlab-runner. */
export const gitlabFlags = {
  ...fileFlags,
  pool: {
    kind: "string",
    value: "POOL",
    help: "Take the instances of jobs from an instance pool; config tells it to the other commands",
  },
  job: {
    kind: "string",
    value: "FILE",
    help: "The runner's file about the job (default: $JOB_RESPONSE_FILE)",
  },
} as const satisfies Flags;
