/**
 * Throw-away instances and images that runs have left behind.
 *
 * @module
 */
import type { Unfinished } from "../../plan/image/unfinished.ts";
import { temporariesOf } from "../../plan/instance/temporary_alias.ts";
import { KEPT_MARK, runOf, UNTIL_MARK } from "../../plan/instance/throw_away.ts";
import type { Host, ImageInfo, InstanceInfo, RunState } from "../../ports/mod.ts";

/**
 * Finds instances of runs that have ended, and of jobs whose time is over. An instance of a run on another machine
 * counts once it is older than a number of seconds, as this machine cannot tell whether that run has ended; absent: it
 * never counts.
 */
export async function findStrays(
  infos: readonly InstanceInfo[],
  host: Pick<Host, "runStates">,
  age: Age,
): Promise<readonly InstanceInfo[]> {
  const marked = infos.filter((info) => runOf(info) !== undefined && info.config[KEPT_MARK] === undefined);
  if (marked.length === 0) return [];
  const states = await host.runStates(marked.map((info) => runOf(info)!));
  return marked.filter((info) => {
    const until = Date.parse(info.config[UNTIL_MARK] ?? "");
    if (!Number.isNaN(until)) return age.now.getTime() > until;
    return isLeft(states.get(runOf(info)!), info.createdAt, age);
  });
}

/** Finds images of runs that have ended before these had their own alias; others count as with instances. */
export async function findUnfinished(
  images: readonly ImageInfo[],
  host: Pick<Host, "runStates">,
  age: Age,
): Promise<readonly Unfinished[]> {
  const marked = images.map((image) => ({ image, all: temporariesOf(image) }))
    .filter(({ all }) => all.length > 0);
  if (marked.length === 0) return [];
  const states = await host.runStates(marked.flatMap(({ all }) => all.map(({ run }) => run)));
  return marked.map(({ image, all }) => ({
    image,
    names: all.filter(({ run }) => isLeft(states.get(run), image.uploadedAt ?? "", age))
      .map(({ alias }) => alias),
  })).filter(({ names }) => names.length > 0);
}

/** The age from which something of a run on another machine counts as left. */
export interface Age {
  readonly olderSeconds?: number;
  readonly now: Date;
}

function isLeft(
  state: RunState = "elsewhere",
  createdAt: string,
  { olderSeconds, now }: Age,
): boolean {
  if (state !== "elsewhere") return state === "over";
  if (olderSeconds === undefined || createdAt === "") return false;
  return now.getTime() - Date.parse(createdAt) > olderSeconds * 1000;
}
