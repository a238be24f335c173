/**
 * Flags of the commands that build images.
 *
 * @module
 */
import {
  applyFlags,
  createFlags,
  dryRunFlags,
  parallelFlags,
  progressFlags,
  projectFlags,
  propertyFlags,
  settingFlags,
  waitFlags,
} from "../../command/flags.ts";
import type { Flags } from "../../command/command.ts";
import { listFlags } from "../../command/result_flags.ts";

/** The flag that builds without a reason. */
export const forceFlag = {
  force: { kind: "boolean", help: "Build also where nothing has changed, and install packages again" },
} as const satisfies Flags;

/** Flags about the instance that becomes an image, and about its build. */
export const buildFlags = {
  "keep-failed": { kind: "boolean", help: "Keep the instance of a build that failed" },
  "wait-stop": {
    kind: "number",
    value: "SECONDS",
    default: 60,
    help: "Time limit for the clean stop of the instance, after which the build has failed",
  },
  "lock-timeout": {
    kind: "number",
    value: "SECONDS",
    default: 3600,
    help: "Time to wait for another lxops that builds the same image",
  },
  "no-lock": { kind: "boolean", help: "Do not lock; for users who may create no profiles" },
  ...projectFlags,
  ...propertyFlags,
  ...settingFlags,
  ...createFlags,
  ...waitFlags,
  ...applyFlags,
  ...parallelFlags,
  ...progressFlags,
  ...dryRunFlags,
  ...listFlags,
} as const satisfies Flags;
