/**
 * The help topic about exit codes.
 *
 * @module
 */
import { EXIT } from "../../base/errors.ts";

/** The meaning of each exit code; the compiler finds a code without one. */
const MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: "Done, or there was nothing to do",
  failure: "The answer is no (profile exists, cloudconfig lint), or lxops has a defect",
  usage: "The command line is wrong",
  config: "A configuration or cloud-config file is wrong",
  server: "The daemon refused, or cannot be reached",
  command: "A program failed, on this machine or in an instance",
  timeout: "A time limit has passed",
  missing: "There is no such thing: instance, snapshot, image, profile, project, ...",
  exists: "It exists already",
  state: "It is in the wrong state: running, stopped, protected, in use, or not created by lxops",
  differs:
    "It differs from the configuration (plan, profile diff, profile reorder), or there are changes to make (--plan)",
  locked: "Another run of lxops works on it",
  unfilled: "A pool has fewer instances than it should, and more cannot be made now (pool tend)",
  exec: "instance exec, instance shell: lxops could not run the program",
  interrupted: "Interrupted by SIGINT (Ctrl-C), SIGTERM or SIGHUP",
};

/** Codes that a shell or the kernel gives a program, between those of lxops. */
const OF_PROGRAMS: readonly (readonly [string, string])[] = [
  ["126", "instance exec, instance shell: the program exists, but cannot be run"],
  ["127", "instance exec, instance shell: there is no such program"],
  ["128+N", "instance exec, instance shell: signal N ended the program"],
];

/** Renders `lxops help exit-codes`. */
export function exitCodesText(): string {
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[];
  const rows = names.map((name): readonly [string, string] => [String(EXIT[name]), MEANINGS[name]]);
  const at = rows.findIndex(([code]) => code === String(EXIT.exec)) + 1;
  rows.splice(at, 0, ...OF_PROGRAMS);
  return [
    "Exit codes",
    "",
    ...rows.map(([code, meaning]) => `  ${code.padEnd(5)}  ${meaning}`),
    "",
    "instance exec and instance shell exit with the exit code of the program that they run.",
    "delete and destroy of what does not exist exit with 0, or with --must-exist with 7.",
    "Where a command fails for several instances, the code is that of the first failure.",
    "",
  ].join("\n");
}
