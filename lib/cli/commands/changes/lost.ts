/**
 * `lost`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { configFlags } from "../../command/flags.ts";
import { listFlags } from "../../command/result_flags.ts";
import { SUBJECTS_USAGE } from "../everyday/subjects.ts";

/** The help about what is listed. */
const WHAT = [
  "One program in each instance lists the files that are outside its devices and would not be there again after a",
  "rebuild: not from the image, no unchanged files of packages, not as cloud-config files wrote them, not kept",
  "(keep:), no caches, logs or temporary files. It compares with what lxops left in the instance at the end of",
  "the last launch, rebuild or configure. What others changed while lxops applied items to a running instance",
  "counts as left by lxops. Without such a list, as in instances that an older lxops launched or that have no",
  "cloud-config, the time of each file decides: what is older than the instance counts as from the image.",
  "",
  "At most 2000 files are listed, the largest first; all of them are counted, on stderr, with lines for the",
  "configuration that keep such files. lxops rebuild says how many files there are, and --no-loss makes it refuse.",
].join("\n");

/** `lxops lost`. */
export const lost = command({
  name: "lost",
  summary: "List the files outside the devices of instances that a rebuild would destroy",
  flags: { ...configFlags, ...listFlags },
  operands: { usage: SUBJECTS_USAGE, min: 0 },
  example: "lxops lost php.yaml",
  details: WHAT,
  underTheHood: "GET instances, profiles and images; exec of one script",
  run: async (...all) => (await import("../../actions/changes/lost.ts")).lost(...all),
});
