/**
 * `plan` and `status`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { configFlags, dryRunFlags, settingFlags } from "../../command/flags.ts";
import { SUBJECTS_USAGE } from "../everyday/subjects.ts";
import { listFlags } from "../../command/result_flags.ts";

const SHOW_SECRETS = {
  ...dryRunFlags["show-secrets"],
  help: "Print passwords, keys and values of .env files",
} as const;

/** The help about the lines of a plan. */
const LINES = [
  "Prints a line for each change: + is added, ~ is changed, - is removed; then the part, its values as from -> to,",
  "the reason, and whether it needs a restart or a rebuild. lxops notes on an instance what it applied last, and so",
  "distinguishes changes of the file from changes by hand. Settings that lxops never set are left alone and not",
  "listed; --json lists them as foreign. Items of cloud-config files are compared with the items that were applied,",
  "not with the files in the instance. Values of keys are shown as *** if they or their names look like a password.",
].join("\n");

/** `lxops plan`. */
export const plan = command({
  name: "plan",
  summary: "Show how instances differ from their configurations; exits with 10 if they do",
  flags: { ...configFlags, ...settingFlags, "show-secrets": SHOW_SECRETS, ...listFlags },
  operands: { usage: SUBJECTS_USAGE, min: 0 },
  example: "lxops plan php.yaml",
  details: LINES,
  underTheHood: "GET instances, profiles and images; exec only to read a journal, or the key of secrets",
  run: async (...all) => (await import("../../actions/changes/plan.ts")).plan(...all),
});

/** The help about what is compared in an instance. */
const INSIDE = [
  "Prints a line for each difference, as lxops plan does. With --guest, one program in each running instance tells",
  "what has become of what cloud-config files made there: content, mode and owner of files, users, groups, SSH",
  "keys, owners of home directories, passwords that are locked, packages, services and timers that runcmd enables,",
  "starts or masks, host name, time zone, locale, mounts with flags such as nosuid, certificates. An upgrade of a",
  "package is no difference, unless the file names its version. Commands cannot be compared, and a note names what",
  "else could not. Files are hashed in the instance; contents leave it with --diff only, and those of files that not",
  "everybody may read, and passwords, never. lxops up --guest brings back what differs.",
  "",
  "A note tells files that the system itself undid, and they do not count as differences: files in memory (/run,",
  "/dev/shm) after a restart, missing files in /tmp and /var/tmp, and name servers in /etc/resolv.conf that DHCP",
  "set. lxops up --guest writes them again. Contents of files in /var/log are not compared.",
].join("\n");

/** `lxops status`. */
export const status = command({
  name: "status",
  summary:
    "Show what changed since lxops applied configurations, also in instances; exits with 10 if anything did",
  flags: {
    ...configFlags,
    ...settingFlags,
    guest: { kind: "boolean", help: "Also look into the instances" },
    diff: { kind: "boolean", help: "Also show how contents of files differ; implies --guest" },
    "show-secrets": SHOW_SECRETS,
    ...listFlags,
  },
  operands: { usage: SUBJECTS_USAGE, min: 0 },
  example: "lxops status --guest php.yaml",
  details: INSIDE,
  underTheHood: "GET instances, profiles and images; with --guest exec of one script, which changes nothing",
  run: async (...all) => (await import("../../actions/changes/plan.ts")).status(...all),
});
