/**
 * Flags of all commands that CI systems call.
 *
 * @module
 */
import type { Flags } from "../../command/command.ts";
import { dryRunFlags } from "../../command/flags.ts";

/** The flag of the administrator's file. */
export const fileFlags = {
  file: {
    kind: "string",
    value: "FILE",
    help: "What jobs may have, see lxops help ci (default: /etc/lxops/ci.yaml)",
  },
} as const satisfies Flags;

/** Flags of the commands that change something. */
export const ciFlags = { ...fileFlags, ...dryRunFlags } as const satisfies Flags;
