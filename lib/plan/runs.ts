/**
 * Owners of notes on instances. A run of lxops leaves its name in its notes, so that another run can tell
 * what is being worked on from what an interrupted run has left.
 *
 * @module
 */
import { type LxopsError, refuse } from "../base/errors.ts";
import type { InstanceInfo } from "../ports/mod.ts";
import { parseRun, type Run, runText } from "../ports/runs.ts";
import { quote } from "../base/shell.ts";
import type { World } from "./world.ts";

/** The instance key that says that lxops froze it: a run that is cut off leaves it frozen. */
export const FROZEN_MARK = "user.lxops.frozen";

/** The instance key that says that it ran before it was stopped. */
export const RESTART_MARK = "user.lxops.restart";

/** The instance key that says from which name to which other it is being renamed. */
export const RENAME_MARK = "user.lxops.rename";

/** The instance key that says of which name a snapshot is being taken. */
export const SNAPSHOT_MARK = "user.lxops.snapshot";

/** Value of notes of older versions, which do not name the run. */
const NOBODY = "true";

/** Returns the value of a note of this run; `true` where the machine does not identify runs. */
export function ownNote(world: Pick<World, "thisRun">): string {
  return world.thisRun ?? NOBODY;
}

/** Returns the texts of runs in the notes of an instance, by key. */
function notes(info: InstanceInfo): readonly (readonly [key: string, text: string])[] {
  return [FROZEN_MARK, RESTART_MARK, RENAME_MARK, SNAPSHOT_MARK].flatMap((key) => {
    const value = info.config[key] ?? "";
    const words = key === RENAME_MARK ? 2 : key === SNAPSHOT_MARK ? 1 : 0;
    const text = value.split(" ").slice(words).join(" ");
    return value === "" ? [] : [[key, text] as const];
  });
}

/** Returns the texts of all runs that instances have notes of. */
export function notedRuns(instances: Iterable<InstanceInfo>): readonly string[] {
  const all = [...instances].flatMap((info) => notes(info).map(([, text]) => text));
  return [...new Set(all)].filter((text) => parseRun(text) !== undefined);
}

/** A note of another run that works on an instance, or may do so. */
export interface Held {
  readonly key: string;
  readonly run: Run;
  /** It is of another machine, where this one cannot look. */
  readonly elsewhere: boolean;
}

/** Returns the first note of another run that has not ended, as far as is known. */
export function heldBy(
  info: InstanceInfo,
  { thisRun, runs }: Pick<World, "thisRun" | "runs">,
): Held | undefined {
  for (const [key, text] of notes(info)) {
    const state = text === thisRun ? "over" : runs?.get(text);
    const run = state === "alive" || state === "elsewhere" ? parseRun(text) : undefined;
    if (run) return { key, run, elsewhere: state === "elsewhere" };
  }
  return undefined;
}

/**
 * Refuses what would meet another run of lxops.
 *
 * @throws {StateError} where one works on the instance
 */
export function refuseHeld(
  info: InstanceInfo,
  world: Pick<World, "thisRun" | "runs" | "backend">,
  action: string,
): void {
  const held = heldBy(info, world);
  if (held) throw heldError(info, held, world.backend.client, action);
}

function heldError(
  { name, project, config }: InstanceInfo,
  { key, run, elsewhere }: Held,
  client: string,
  action: string,
): LxopsError {
  const { host, pid } = run;
  // The note without its run is one of a run that was cut off.
  const rest = (config[key] ?? "").replace(runText(run), "").trim() || NOBODY;
  const where = elsewhere ? `machine "${host}"` : "this machine";
  const at = project && project !== "default" ? ` --project ${quote(project)}` : "";
  return refuse(
    `Cannot ${action}`,
    `another lxops works on instance "${name}" (process ${pid} of ${where}; ${key})`,
    [
      ...(elsewhere
        ? [
          `Look there whether it still runs: ps -p ${pid}`,
          `If it does not: ${client} config set ${quote(name)} ${quote(`${key}=${rest}`)}${at}`,
          "and run the same command again, which takes it for one that was cut off",
        ]
        : [`Wait until it has ended, or interrupt it: kill -INT ${pid}`]),
    ],
    "locked",
  );
}
