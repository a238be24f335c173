/**
 * The order in which instances start that depend on each other (`after`).
 *
 * @module
 */
import { ConfigError, type Issue } from "../../base/errors.ts";
import { didYouMean } from "../../base/suggest.ts";
import { type Described, objectKey, problem, type World } from "../world.ts";

/** Returns the name of a target among all instances. */
function keyOf({ instance }: Described): string {
  return objectKey(instance.project, instance.name);
}

/** Returns the targets among some that a target waits for. */
export function dependenciesOf<T extends Described>(target: T, among: readonly T[]): readonly T[] {
  const { project, settings } = target.instance;
  const names = Object.keys(settings.after);
  if (names.length === 0) return [];
  const wanted = new Set(names.map((name) => objectKey(project, name)));
  return among.filter((one) => wanted.has(keyOf(one)));
}

/** Finds names that are neither targets nor instances of the daemon. */
function unknown(targets: readonly Described[], world: Pick<World, "instances">): readonly Issue[] {
  const known = new Set([...targets.map(keyOf), ...world.instances.keys()]);
  return targets.flatMap((target) => {
    const { project, settings } = target.instance;
    const prefix = objectKey(project, "");
    const names = [...known].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
    return Object.entries(settings.after).flatMap(([name, { required }]) =>
      !required || known.has(objectKey(project, name)) ? [] : [
        problem(
          target,
          `after.${name}`,
          `There is no instance "${name}"${
            didYouMean(name, names) || "; name its file, too, and it is made first"
          }`,
        ),
      ]
    );
  });
}

/** Returns the targets of a cycle in the order in which they wait for each other, if some targets have one. */
function cycleIn<T extends Described>(left: readonly T[]): readonly T[] {
  const path: T[] = [];
  let next = left[0];
  while (next) {
    const at = path.indexOf(next);
    if (at >= 0) return path.slice(at);
    path.push(next);
    next = dependenciesOf(next, left)[0];
  }
  return path;
}

/**
 * Sorts targets into waves: each target waits only for those of earlier waves, and for instances that are no targets.
 * Within a wave, targets keep their order. Stops go through the waves in reverse.
 *
 * @throws {ConfigError} where targets wait for each other, or for an instance that does not exist
 */
export function startWaves<T extends Described>(
  targets: readonly T[],
  world: Pick<World, "instances">,
): readonly (readonly T[])[] {
  const issues = unknown(targets, world);
  if (issues.length > 0) throw new ConfigError(issues);
  const waves: T[][] = [];
  let left = targets;
  while (left.length > 0) {
    const wave = left.filter((target) => dependenciesOf(target, left).length === 0);
    if (wave.length === 0) throw new ConfigError(cycleIssues(cycleIn(left)));
    waves.push(wave);
    left = left.filter((target) => !wave.includes(target));
  }
  return waves;
}

function cycleIssues(cycle: readonly Described[]): readonly Issue[] {
  const names = cycle.map(({ instance }) => instance.name);
  if (names.length === 1) {
    return [problem(cycle[0]!, `after.${names[0]}`, `Instance "${names[0]}" waits for itself`)];
  }
  const chain = [...names, names[0]].map((name) => `"${name}"`).join(" waits for ");
  return cycle.map((target, index) => {
    const next = names[(index + 1) % names.length]!;
    return problem(target, `after.${next}`, `Instances wait for each other: ${chain}`);
  });
}
