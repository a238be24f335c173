/**
 * Throw-away instances that runs have left behind.
 *
 * @module
 */
import { KEPT_MARK, runOf } from "../../plan/instance/throw_away.ts";
import type { Host, InstanceInfo } from "../../ports/mod.ts";

/**
 * Finds instances of runs that have ended. That of a run on another machine counts as left once it is older than so
 * many seconds, as this machine cannot tell whether that run goes on; absent: it never counts.
 */
export async function findStrays(
  infos: readonly InstanceInfo[],
  host: Pick<Host, "runStates">,
  { olderSeconds, now }: { readonly olderSeconds?: number; readonly now: Date },
): Promise<readonly InstanceInfo[]> {
  const marked = infos.filter((info) => runOf(info) !== undefined && info.config[KEPT_MARK] === undefined);
  if (marked.length === 0) return [];
  const states = await host.runStates(marked.map((info) => runOf(info)!));
  return marked.filter((info) => {
    const { createdAt } = info;
    const state = states.get(runOf(info)!) ?? "elsewhere";
    if (state !== "elsewhere") return state === "over";
    if (olderSeconds === undefined || createdAt === "") return false;
    return now.getTime() - Date.parse(createdAt) > olderSeconds * 1000;
  });
}
