/**
 * A look at the files of an instance that a rebuild would destroy.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import type { Item } from "../../cloudconfig/model/item.ts";
import { type Lost, lostScript, managedPaths, parseLost } from "../../plan/lost/lost.ts";
import type { InstanceInfo, InstanceServer } from "../../ports/mod.ts";
import type { LookLimits } from "../../ports/peek.ts";
import { askInstance } from "../wait/agent.ts";

/** The limits of an answer: a million files take some seconds. */
const LIMITS: LookLimits = { seconds: 60, bytes: 16 * 1024 * 1024 };

/**
 * Asks a running instance which of its files a rebuild would destroy.
 *
 * @param items those of its cloud-config files, which write files again
 * @throws {StateError} where it does not tell
 */
export async function lookForLost(
  server: Pick<InstanceServer, "look">,
  info: InstanceInfo,
  items: readonly Item[],
  { keep, seconds = LIMITS.seconds }: { readonly keep: readonly string[]; readonly seconds?: number },
): Promise<Lost> {
  const since = Math.floor(Date.parse(info.createdAt) / 1000) || 0;
  const script = lostScript(managedPaths(items), since);
  const { text, problem } = await askInstance(
    info,
    () => server.look(info, script, { ...LIMITS, seconds }),
    seconds,
  );
  if (problem !== undefined) throw refuse(`Cannot look into instance "${info.name}"`, problem, []);
  return parseLost(text, info.name, keep);
}
