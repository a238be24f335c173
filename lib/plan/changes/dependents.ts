/**
 * Instances that restart because one restarts that they come after (`restart: true` under `after`).
 *
 * @module
 */
import type { InstanceInfo } from "../../ports/mod.ts";
import { send, sendEffect } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { dependenciesOf, startWaves } from "../checks/order.ts";
import { isRunning } from "../instance/ownership.ts";
import { patchInstance } from "../requests/instances.ts";
import { refOf, type Target, type World } from "../world.ts";
import type { Change } from "./change.ts";
import { allowedFor, type Choice } from "./choice.ts";
import type { Comparison } from "./compare.ts";
import { withCompleted } from "./completed.ts";

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
  given: readonly C[],
  world: World,
  choice: Choice,
  isOpen: (one: C) => boolean = () => false,
): readonly C[] {
  const compared = withCompleted(given, world);
  const targets = compared.map(({ target }) => target);
  const found = new Map<Target, C>();
  const starts = new Set<Target>();
  for (const target of startWaves(targets, world).flat()) {
    const one = compared[targets.indexOf(target)]!;
    const isStarted = isOpen(one) || one.comparison.changes.some((change) => isStart(change, target, choice));
    const { after } = target.instance.settings;
    const follows = !isStarted &&
      (isDue(one) ||
        dependenciesOf(target, targets).some((other) =>
          starts.has(other) && after[other.instance.name]?.restart
        ));
    if (isStarted || follows) starts.add(target);
    const { comparison } = one;
    found.set(
      target,
      follows ? { ...one, comparison: { ...comparison, changes: [...comparison.changes, AFTER] } } : one,
    );
  }
  return targets.map((target) => found.get(target)!);
}

/**
 * The instance key that notes a pending restart: an instance that it comes after was restarted, and the run may be
 * interrupted before its own restart.
 */
const FOLLOW_MARK = "user.lxops.follow";

/** Tells whether an instance was to restart after another one, and has not started since. */
function isDue({ target, comparison: { info } }: Compared): boolean {
  return info !== undefined && isRunning(info) && info.startedAt !== undefined &&
    info.config[FOLLOW_MARK] === info.startedAt &&
    Object.values(target.instance.settings.after).some(({ restart }) => restart);
}

/** Returns the steps that note, before an instance is restarted, the others that restart after it. */
export function followSteps(target: Target, compared: readonly Compared[]): readonly Step[] {
  return compared.flatMap((one): Step[] => {
    const { target: other, comparison: { info, changes } } = one;
    const { name } = target.instance;
    const follows = changes.some(({ why }) => why === "after") &&
      dependenciesOf(other, [target]).length > 0 && other.instance.settings.after[name]?.restart;
    if (!follows || !info?.startedAt || info.config[FOLLOW_MARK] === info.startedAt) return [];
    const ref = refOf(other.instance);
    const mark = (value: string) => patchInstance(ref, { config: { [FOLLOW_MARK]: value } });
    return [
      send(`Note that instance ${ref.name} restarts after ${name}`, mark(info.startedAt), {
        undo: sendEffect(mark(info.config[FOLLOW_MARK] ?? "")),
      }),
    ];
  });
}

/** Returns the step that takes that note from an instance which has restarted. */
export function followedSteps({ project, name, startedAt }: InstanceInfo): readonly Step[] {
  if (startedAt === undefined) return [];
  const request = patchInstance({ project, name }, { config: { [FOLLOW_MARK]: "" } });
  return [send(`Note that instance ${name} has restarted`, request)];
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
export function isStart({ part, takes }: Change, target: Target, choice: Choice): boolean {
  if (part === "instance" || part === "state") return true;
  const { restart, rebuild } = allowedFor(target, choice);
  return takes === "restart" ? restart || rebuild : takes === "rebuild" && rebuild;
}
