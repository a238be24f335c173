/**
 * Combination of the plans of single instances into one plan.
 *
 * @module
 */
import type { FilesystemKindName } from "../../instance/instance.ts";
import { refuse } from "../../base/errors.ts";
import { type Fact, factKey, factText, openingKey } from "../../step/facts.ts";
import type { InstancePlan, Plan, Step } from "../../step/step.ts";

/**
 * Combines plans that will run side by side. A dataset or volume that several of them would create is created once,
 * before all of them; one that several of them would destroy is destroyed by the first.
 */
export function combine(plans: readonly InstancePlan[]): Plan {
  if (plans.length < 2) return { first: [], each: plans };
  refuseShared(plans);
  const shared = sharedFilesystems(plans);
  const destroyed = new Set<string>();
  const each = plans.map((plan): InstancePlan => {
    const notes = [...plan.notes ?? []];
    const steps = plan.steps.filter((step) => {
      const fact = createdFilesystem(step);
      const first = fact && shared.get(factKey(fact));
      if (first) {
        if (step.undo && !sameEffect(step, first)) {
          const text = factText(fact);
          notes.push(
            `${text[0]!.toUpperCase()}${
              text.slice(1)
            } is created as the configuration of another instance says`,
          );
        }
        return false;
      }
      const removed = destroyedFilesystem(step);
      if (removed === undefined) return true;
      if (destroyed.has(factKey(removed))) return false;
      destroyed.add(factKey(removed));
      return true;
    });
    return { ...plan, steps, ...(notes.length > 0 ? { notes } : {}) };
  });
  // A dataset comes after those that contain it.
  const first = [...shared].sort(([a], [b]) => a < b ? -1 : 1).map(([, step]) => step);
  return { first, each };
}

/**
 * Returns the steps that create objects which several plans need, by the keys of their facts: the step that knows a
 * dataset's properties rather than one that does not.
 */
function sharedFilesystems(plans: readonly InstancePlan[]): ReadonlyMap<string, Step> {
  const makers = new Map<string, Step[]>();
  for (const step of plans.flatMap(({ steps }) => steps)) {
    const fact = createdFilesystem(step);
    if (fact) makers.set(factKey(fact), [...makers.get(factKey(fact)) ?? [], step]);
  }
  return new Map(
    [...makers].filter(([, steps]) => steps.length > 1).map(([key, steps]) => [
      key,
      steps.find((step) => step.undo) ?? steps[0]!,
    ]),
  );
}

/** Kinds of filesystems; true where one that several plans need is created once, before all of them. */
const CREATED_ONCE: Readonly<Record<FilesystemKindName, boolean>> = {
  dataset: true,
  directory: false,
  volume: true,
};

function isFilesystem(kind: Fact["kind"]): kind is FilesystemKindName {
  return Object.hasOwn(CREATED_ONCE, kind);
}

function createdFilesystem(step: Step): Fact | undefined {
  return step.makes?.find(({ kind }) => isFilesystem(kind) && CREATED_ONCE[kind]);
}

function destroyedFilesystem(step: Step): Fact | undefined {
  return step.removes?.find(({ kind }) => isFilesystem(kind));
}

/** Compares the effects of two steps, without the mark that names the configuration of a volume. */
function sameEffect(one: Step, other: Step): boolean {
  const text = ({ effect }: Step) => JSON.stringify(effect).replace(/"user[.]lxops[.]config":"[^"]*"/, "");
  return text(one) === text(other);
}

/** Refuses plans of which one would end a state, such as a frozen instance, that another one still needs. */
function refuseShared(plans: readonly InstancePlan[]): void {
  const opened = new Map<string, string>();
  for (const { instance, steps } of plans) {
    for (const { opens } of steps) {
      if (opens?.kind !== "volume-copy" && opens?.kind !== "freeze") continue;
      const other = opened.get(openingKey(opens));
      if (opens.kind === "volume-copy" && other !== undefined) {
        throw refuse(
          `Instances "${other}" and "${instance.name}" both need the new ${opens.name}, a copy`,
          [],
          ["Launch one of them first, or name one file at a time"],
        );
      }
      if (other !== undefined && other !== instance.name) {
        throw refuse(
          `Instances "${other}" and "${instance.name}" both need "${opens.name}" frozen while they are worked on`,
          [],
          [`Stop "${opens.name}" first, or name one file at a time`],
        );
      }
      opened.set(openingKey(opens), instance.name);
    }
  }
}
