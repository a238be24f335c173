/**
 * From the plans of single instances to one plan.
 *
 * @module
 */
import { ServerError } from "../../base/errors.ts";
import type { Fact, InstancePlan, Plan, Step } from "../../step/step.ts";

/**
 * Combines plans that will run side by side. A dataset or volume that several of them would make is made once,
 * before all of them; what several of them would destroy is destroyed by the first.
 */
export function combine(plans: readonly InstancePlan[]): Plan {
  if (plans.length < 2) return { first: [], each: plans };
  refuseShared(plans);
  const shared = sharedDatasets(plans);
  const destroyed = new Set<Fact>();
  const each = plans.map((plan): InstancePlan => {
    const notes = [...plan.notes ?? []];
    const steps = plan.steps.filter((step) => {
      const dataset = madeDataset(step);
      const first = dataset && shared.get(dataset);
      if (first) {
        if (step.undo && !sameEffect(step, first)) {
          const what = dataset.startsWith("dataset:")
            ? `Dataset ${name(dataset)}`
            : `Volume ${name(dataset).replace(/^default\//, "")}`;
          notes.push(`${what} is created as the configuration of another instance says`);
        }
        return false;
      }
      const gone = destroyedFilesystem(step);
      if (gone === undefined) return true;
      if (destroyed.has(gone)) return false;
      destroyed.add(gone);
      return true;
    });
    return { ...plan, steps, ...(notes.length > 0 ? { notes } : {}) };
  });
  // A dataset comes after those that it lies in.
  const first = [...shared].sort(([a], [b]) => a < b ? -1 : 1).map(([, step]) => step);
  return { first, each };
}

/** The steps that make what several plans need; one that knows a dataset's properties rather than one that does not. */
function sharedDatasets(plans: readonly InstancePlan[]): ReadonlyMap<Fact, Step> {
  const makers = new Map<Fact, Step[]>();
  for (const plan of plans) {
    for (const step of plan.steps) {
      const dataset = madeDataset(step);
      if (dataset) makers.set(dataset, [...makers.get(dataset) ?? [], step]);
    }
  }
  return new Map(
    [...makers].filter(([, steps]) => steps.length > 1).map(([dataset, steps]) => [
      dataset,
      steps.find((step) => step.undo) ?? steps[0]!,
    ]),
  );
}

function madeDataset(step: Step): Fact | undefined {
  return step.makes?.find((fact) => /^(dataset|volume):/.test(fact));
}

function destroyedFilesystem(step: Step): Fact | undefined {
  return step.removes?.find((fact) => /^(dataset|dir|volume):/.test(fact));
}

/** Whose configuration made it is told on a volume, and tells nothing of what it is like. */
function sameEffect(one: Step, other: Step): boolean {
  const text = ({ effect }: Step) => JSON.stringify(effect).replace(/"user[.]lxops[.]config":"[^"]*"/, "");
  return text(one) === text(other);
}

function name(fact: Fact): string {
  return fact.slice(fact.indexOf(":") + 1);
}

/** What one plan ends, such as a pause of an instance that both copy from, another one would still need. */
function refuseShared(plans: readonly InstancePlan[]): void {
  const opened = new Map<string, string>();
  for (const { instance, steps } of plans) {
    for (const { opens } of steps) {
      const other = opens === undefined ? undefined : opened.get(opens);
      if (opens?.startsWith("copy volume:") && other !== undefined) {
        throw new ServerError(
          `Instances "${other}" and "${instance.name}" both need the new ${
            opens.slice("copy ".length)
          }, a copy`,
          409,
          undefined,
          ["Nothing was changed.", "Launch one of them first, or name one file at a time"],
        );
      }
      if (opens?.startsWith("copy volume:")) opened.set(opens, instance.name);
      if (!opens?.startsWith("frozen ")) continue;
      if (other !== undefined && other !== instance.name) {
        const name = opens.slice(opens.lastIndexOf("/") + 1);
        throw new ServerError(
          `Instances "${other}" and "${instance.name}" both need "${name}" frozen while they are worked on`,
          409,
          undefined,
          ["Nothing was changed.", `Stop "${name}" first, or name one file at a time`],
        );
      }
      opened.set(opens, instance.name);
    }
  }
}
