/**
 * `doctor --fix`: makes the harmless changes.
 *
 * @module
 */
import { StateError } from "../../../base/errors.ts";
import { type Facts, foundOf } from "../../../plan/doctor/facts.ts";
import type { Finding } from "../../../plan/doctor/finding.ts";
import { fixesOf, modeSteps, unfreezePlans } from "../../../plan/doctor/fix.ts";
import { planUnfinished } from "../../../plan/image/unfinished.ts";
import { leftProfiles } from "../../../plan/instance/resolve/ephemeral.ts";
import { planSweep } from "../../../plan/throwaway/sweep.ts";
import { isLock } from "../../../ports/lock.ts";
import type { InstanceRef } from "../../../ports/mod.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { printable } from "../../output/output.ts";
import { applyPlan } from "../../shared/apply_steps.ts";
import { withoutLeftProfiles } from "../../shared/lifecycle/left_profiles.ts";
import { lockInstances, locks, type LockValues } from "../../shared/lifecycle/lock.ts";

/** Mends findings, and returns the mended ones; `undefined` where a dry run only showed the changes. */
export async function mend(
  facts: Facts,
  findings: readonly Finding[],
  values: LockValues,
  app: App,
): Promise<readonly Finding[] | undefined> {
  const isReal = locks(values);
  const busy = isReal ? await giveUpAll(findings, app) : [];
  for (const { name, what } of isReal ? [] : fixesOf(findings, "lock")) {
    app.complain(printable(`note: The lock "${name}" (${what}) would be taken and given up`));
  }
  const frozen = fixesOf(findings, "unfreeze").map(({ instance }) => instance);
  const remains = foundOf(facts.daemon?.remains);
  const instances = foundOf(facts.daemon?.instances) ?? [];
  const mine = isReal ? await lockEach(frozen, values, app) : frozen;
  const each: InstancePlan[] = [
    ...(remains ? unfreezePlans(mine, instances, remains) : []),
    ...await sweepPlans(facts, findings, values, app),
  ];
  await applyPlan(app, { first: modeSteps(findings), each }, { dryRun: values["dry-run"], several: false });
  if (!isReal) return undefined;
  return findings.filter((one) => {
    if (one.fix === undefined || busy.includes(one)) return false;
    return one.fix.kind !== "unfreeze" || mine.includes(one.fix.instance);
  });
}

/**
 * Takes each lock over as any command would, which makes sure that its holder has ended, and gives it up. Returns the
 * findings about locks that another run has taken meanwhile.
 */
async function giveUpAll(findings: readonly Finding[], app: App): Promise<readonly Finding[]> {
  const busy: Finding[] = [];
  for (const one of findings) {
    if (one.fix?.kind !== "lock") continue;
    const { project, name, what } = one.fix;
    try {
      await app.lock([{ project, name, what }], { command: "doctor", seconds: 0 });
      await app.unlock([{ project, name, what }]);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      busy.push(one);
    }
  }
  return busy;
}

/** Locks each of some instances, and returns those that no other run works on. */
async function lockEach(
  refs: readonly InstanceRef[],
  values: LockValues,
  app: App,
): Promise<readonly InstanceRef[]> {
  const locked: InstanceRef[] = [];
  for (const ref of refs) {
    try {
      await lockInstances([ref], "doctor", { ...values, "lock-timeout": 0 }, app);
      locked.push(ref);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
    }
  }
  return locked;
}

/** Plans `run --sweep` for each project with leftovers. */
async function sweepPlans(
  { daemon }: Facts,
  findings: readonly Finding[],
  values: LockValues,
  app: App,
): Promise<readonly InstancePlan[]> {
  const projects = new Set(fixesOf(findings, "sweep").map(({ project }) => project));
  const remains = foundOf(daemon?.remains);
  if (!remains || projects.size === 0) return [];
  const isHere = (one: { readonly project: string }) => projects.has(one.project);
  const profiles = (foundOf(daemon?.profiles) ?? []).filter((one) => !isLock(one) && isHere(one));
  const instances = foundOf(daemon?.instances) ?? [];
  const left = [...projects].flatMap((project) =>
    leftProfiles(project, {
      profiles: profiles.filter((one) => one.project === project),
      instances: instances.filter((one) => one.project === project),
    })
  );
  return [
    ...planSweep(remains.strays.filter(isHere)),
    ...remains.images.filter(isHere).flatMap(({ project, image }) => planUnfinished(project, [image])),
    ...await withoutLeftProfiles(left, "doctor", values, app),
  ];
}
