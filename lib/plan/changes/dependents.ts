/**
 * Instances that restart because one restarts that they come after (`restart: true` under `after`).
 *
 * @module
 */
import { dependenciesOf, startWaves } from "../checks/order.ts";
import type { Target, World } from "../world.ts";
import type { Change } from "./change.ts";
import { allowedFor, type Choice } from "./choice.ts";
import type { Comparison } from "./compare.ts";

interface Compared {
  readonly target: Target;
  readonly comparison: Comparison;
}

/** The change of an instance that is as its configuration says, and restarts after another one. */
const AFTER: Change = {
  sign: "~",
  part: "state",
  name: "",
  from: "Running",
  to: "restarted",
  why: "after",
  takes: "nothing",
};

/**
 * Returns comparisons, with the restarts that follow from those of other instances.
 *
 * @param isOpen tells whether a rebuild of an instance was cut off, which `up` ends
 * @throws {ConfigError} where instances wait for each other, or for one that does not exist
 */
export function withRestarts<C extends Compared>(
  compared: readonly C[],
  world: World,
  choice: Choice,
  isOpen: (one: C) => boolean = () => false,
): readonly C[] {
  const targets = compared.map(({ target }) => target);
  const found = new Map<Target, C>();
  const starts = new Set<Target>();
  for (const target of startWaves(targets, world).flat()) {
    const one = compared[targets.indexOf(target)]!;
    const isStarted = isOpen(one) || one.comparison.changes.some((change) => isStart(change, target, choice));
    const { after } = target.instance.settings;
    const follows = !isStarted &&
      dependenciesOf(target, targets).some((other) =>
        starts.has(other) && after[other.instance.name]?.restart
      );
    if (isStarted || follows) starts.add(target);
    const { comparison } = one;
    found.set(
      target,
      follows ? { ...one, comparison: { ...comparison, changes: [...comparison.changes, AFTER] } } : one,
    );
  }
  return targets.map((target) => found.get(target)!);
}

/** The change of an instance that others wait for. */
const AWAITED: Change = { sign: "~", part: "checks", name: "", why: "awaited", takes: "nothing" };

/**
 * Returns comparisons, with the restarts that follow from those of other instances, and the checks that these wait for.
 *
 * @param isOpen tells whether a rebuild of an instance was cut off, which `up` ends
 */
export function withDependents<C extends Compared>(
  compared: readonly C[],
  world: World,
  choice: Choice,
  isOpen: (one: C) => boolean,
): readonly C[] {
  return withChecks(withRestarts(compared, world, choice, isOpen), isOpen);
}

/** Returns comparisons, with the checks of instances that exist and are to be healthy before others change. */
function withChecks<C extends Compared>(
  compared: readonly C[],
  isOpen: (one: C) => boolean,
): readonly C[] {
  const targets = compared.map(({ target }) => target);
  const waiting = compared.filter((one) =>
    isOpen(one) || one.comparison.changes.some(({ part }) => part !== "checks")
  );
  const awaited = new Set(waiting.flatMap(({ target }) => {
    const { after } = target.instance.settings;
    return dependenciesOf(target, targets).filter((other) =>
      after[other.instance.name]?.until === "healthy" && other.instance.config.checks.length > 0
    );
  }));
  return compared.map((one) => {
    const { comparison, target } = one;
    const isDue = awaited.has(target) && comparison.info !== undefined &&
      comparison.changes.every(({ part }) => part !== "checks");
    return isDue ? { ...one, comparison: { ...comparison, changes: [...comparison.changes, AWAITED] } } : one;
  });
}

/** Tells whether a change lets an instance start anew, as far as that is allowed. */
function isStart({ part, takes }: Change, target: Target, choice: Choice): boolean {
  if (part === "instance" || part === "state") return true;
  const { restart, rebuild } = allowedFor(target, choice);
  return takes === "restart" ? restart || rebuild : takes === "rebuild" && rebuild;
}
