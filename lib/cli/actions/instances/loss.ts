/**
 * The files that a rebuild would destroy, which it lists before it begins.
 *
 * @module
 */
import { LxopsError, refuse } from "../../../base/errors.ts";
import { isMachine, isRunning } from "../../../plan/instance/ownership.ts";
import { resolve } from "../../../plan/instance/resolve/resolve.ts";
import { targetItems } from "../../../plan/lifecycle/configure.ts";
import { type Lost, lostLine, managedPaths } from "../../../plan/lost/lost.ts";
import { objectKey, type Target, type World } from "../../../plan/world.ts";
import type { InstanceInfo, InstanceServer } from "../../../ports/mod.ts";
import { lookForLost, LOSS_LIMITS } from "../../../run/observe/lost.ts";

/** The daemon, as far as it looks into instances. */
type Server = Pick<InstanceServer, "look">;

/** The number of instances that are asked at a time. */
const AT_ONCE = 8;

/**
 * Returns a note for each target with files that would be lost.
 *
 * @throws {StateError} with `--no-loss`, where there are such files, or the instance does not tell
 */
export async function lossNotes(
  targets: readonly Target[],
  world: World,
  server: Server,
  noLoss: boolean,
): Promise<ReadonlyMap<Target, string>> {
  const ask = async (target: Target): Promise<readonly [Target, string][]> => {
    const info = world.instances.get(objectKey(target.instance.project, target.instance.name));
    const note = info &&
      (noLoss ? await refuseLoss(target, info, world, server) : await noteOf(target, info, world, server));
    return note === undefined ? [] : [[target, note]];
  };
  const found: [Target, string][] = [];
  for (let at = 0; at < targets.length; at += AT_ONCE) {
    found.push(...(await Promise.all(targets.slice(at, at + AT_ONCE).map(ask))).flat());
  }
  return new Map(found);
}

/**
 * Asks an instance which of its files a rebuild would destroy.
 *
 * @throws {StateError} where it does not tell
 */
export async function lostIn(
  target: Target,
  info: InstanceInfo,
  world: World,
  server: Server,
): Promise<Lost> {
  const items = targetItems(resolve(target, world, { replaceRoot: true })).items;
  const { keep } = target.instance.config;
  return await lookForLost(server, info, { keep, managed: managedPaths(items) }, LOSS_LIMITS);
}

/** Returns the note about a target; none where its instance does not tell, as the rebuild does not depend on it. */
async function noteOf(
  target: Target,
  info: InstanceInfo,
  world: World,
  server: Server,
): Promise<string | undefined> {
  if (!isRunning(info) || isMachine(info)) return undefined;
  try {
    const lost = await lostIn(target, info, world, server);
    const line = lostLine(lost, info.name);
    if (lost.baseline !== "none") return line;
    // The files include those that the instance itself made when it started.
    return line === undefined
      ? `"${info.name}" has no list of the files that lxops left in it: to see what will be lost: lxops lost ${info.name}`
      : `"${info.name}" has no list of the files that lxops left in it, so all newer ones count: ${line}`;
  } catch (error) {
    if (error instanceof LxopsError) return undefined;
    throw error;
  }
}

async function refuseLoss(
  target: Target,
  info: InstanceInfo,
  world: World,
  server: Server,
): Promise<undefined> {
  const cannot = (why: string, advice: readonly string[]) =>
    refuse(`Instance "${info.name}" is not rebuilt`, why, advice);
  if (!isRunning(info)) {
    throw cannot("it does not run, so it is unknown which files would be lost (--no-loss)", [
      `To find out: lxops start ${info.name}`,
    ]);
  }
  const line = lostLine(await lostIn(target, info, world, server), info.name);
  if (line !== undefined) {
    throw cannot(`--no-loss: ${line}`, ["To rebuild it all the same, leave --no-loss out"]);
  }
}
