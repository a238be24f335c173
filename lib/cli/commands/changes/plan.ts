/**
 * `plan`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { configFlags, dryRunFlags, settingFlags } from "../../command/flags.ts";
import { SUBJECTS_USAGE } from "../everyday/subjects.ts";
import { jsonFlag } from "../../command/result_flags.ts";

const SHOW_SECRETS = {
  ...dryRunFlags["show-secrets"],
  help: "Print passwords, keys and values of .env files",
} as const;

/** The help about the lines of a plan. */
const LINES = [
  "A line for each change: + comes, ~ changes, - goes; what, from -> to, why, and whether it takes a restart",
  "or a rebuild. lxops notes on an instance what it applied last, so that changes of the file can be told from",
  "changes by hand. What lxops never set is left alone and not listed; --json lists it as foreign. Items of",
  "cloud-config files are compared by what was applied, not by what is in the instance. Values of keys are shown",
  "as *** if their names or they themselves look like a password.",
].join("\n");

/** `lxops plan`. */
export const plan = command({
  name: "plan",
  summary: "Show how instances differ from their configurations; exits with 10 if they do",
  flags: { ...configFlags, ...settingFlags, "show-secrets": SHOW_SECRETS, ...jsonFlag },
  operands: { usage: SUBJECTS_USAGE, min: 0 },
  example: "lxops plan php.yaml",
  details: LINES,
  underTheHood: "GET instances, profiles and images; exec only to read a journal, or the key of secrets",
  run: async (...all) => (await import("../../actions/changes/plan.ts")).plan(...all),
});
