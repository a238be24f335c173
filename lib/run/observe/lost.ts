/**
 * A look at the files of an instance that a rebuild would destroy.
 *
 * @module
 */
import { tryShell } from "../../plan/drift/answer.ts";
import { refuse } from "../../base/errors.ts";
import type { ScriptPart } from "../../plan/drift/script.ts";
import { type Kept, type Lost, lostScript, parseLost } from "../../plan/lost/lost.ts";
import type { InstanceInfo, InstanceServer } from "../../ports/mod.ts";
import type { LookLimits } from "../../ports/peek.ts";
import { askInstance } from "../wait/agent.ts";

/** The limits of an answer: a million files take some seconds. */
const LIMITS: LookLimits = { seconds: 60, bytes: 16 * 1024 * 1024 };

/** The limits of a look that a rebuild waits for. */
export const LOSS_LIMITS: LookLimits = { ...LIMITS, seconds: 15 };

/**
 * Asks a running instance which of its files a rebuild would destroy.
 *
 * @param kept the files that come back
 * @throws {StateError} where it does not tell
 */
export async function lookForLost(
  server: Pick<InstanceServer, "look">,
  info: InstanceInfo,
  kept: Kept,
  limits = LIMITS,
): Promise<Lost> {
  const script = lossScript(info);
  const look = () => server.look(info, script, limits);
  const { text, problem } = await askInstance(info, look, limits.seconds);
  if (problem !== undefined) {
    throw refuse(`Cannot look into instance "${info.name}"`, problem, [
      `To see whether its shell works: ${tryShell(info.name, info.project)}`,
    ]);
  }
  return parseLost(text, info.name, { ...kept, project: info.project });
}

/** Returns the script that lists the files; it can begin with another part. */
export function lossScript(info: InstanceInfo, first?: ScriptPart): string {
  return lostScript(Math.floor(Date.parse(info.createdAt) / 1000) || 0, first);
}
