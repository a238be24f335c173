/**
 * Adds hooks, secrets and kept files to the plan of an instance.
 *
 * @module
 */
import type { HookPoint } from "../../config/schema/provision_keys.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { patchInstance } from "../requests/instances.ts";
import { objectKey, refOf, type Target, type World } from "../world.ts";
import { type HookContext, hookSteps } from "./hooks.ts";
import { type Points, pointsOf } from "./points.ts";

/** The key of an instance that has the hooks of its launch that are still to run. */
export const HOOKS_MARK = "user.lxops.hooks";

/** Commands that delete instances. */
const DELETIONS: readonly string[] = ["delete", "destroy", "down"];
/** Other commands that run hooks. */
const HOOKED: readonly string[] = ["launch", "up", "rebuild", "configure"];
/** The hooks of a launch once there is an instance. */
const LAUNCH_HOOKS = ["after-create", "after-start", "after-configure"] as const;

/** What was read for an instance before it is planned. */
export interface Provisions extends Pick<HookContext, "scripts" | "settings" | "secrets"> {
  /** The command of the user. */
  readonly command: string;
}

/** The target of a plan, and what is known for it. */
export interface ProvisionScope extends Provisions {
  readonly target: Target;
  readonly world: World;
}

/** Steps that come before a step of a plan. */
interface Insertion {
  readonly at: number;
  readonly steps: readonly Step[];
}

/** Tells whether a command deletes instances. */
export function isDeletion(command: string): boolean {
  return DELETIONS.includes(command);
}

/** Tells whether the configuration of an instance has hooks, secrets or kept files. */
export function hasProvisions({ instance: { config } }: Target): boolean {
  return Object.keys(config.hooks).length + Object.keys(config.secrets).length + config.keep.length > 0;
}

/** Tells whether hooks of a launch that was cut off are still to run on an instance. */
export function pendingHooks(info: InstanceInfo | undefined, { instance }: Target): readonly HookPoint[] {
  const noted = (info?.config[HOOKS_MARK] ?? "").split(" ");
  return LAUNCH_HOOKS.filter((point) => noted.includes(point) && instance.config.hooks[point]);
}

/** Returns a plan with the steps of hooks at their points. */
export function provisioned(plan: InstancePlan, scope: ProvisionScope): InstancePlan {
  const { target, world, command } = scope;
  if (!hasProvisions(target)) return plan;
  const ref = refOf(target.instance);
  const info = world.instances.get(objectKey(ref.project, ref.name));
  const context = (of: InstanceRef): HookContext => ({ ...scope, ref: of, program: world.backend.program });
  const hooks = (point: HookPoint, of = ref) => hookSteps(point, context(of));
  if (isDeletion(command)) {
    if (!info || plan.steps.length === 0) return plan;
    return inserted(plan, [
      { at: 0, steps: hooks("before-delete") },
      { at: plan.steps.length, steps: hooks("after-delete") },
    ]);
  }
  if (!HOOKED.includes(command)) return plan;
  const points = pointsOf(plan.steps, ref);
  const marked = withMark(plan, points, target);
  const pending = pendingHooks(info, target);
  const end = points.configured ?? plan.steps.length;
  return inserted(marked, [
    ...hookInsertions(points, { hooks, pending, end }),
    ...markRemoval(points, { ref, target, info }, end),
  ]);
}

interface HookPlan {
  readonly hooks: (point: HookPoint, of?: InstanceRef) => readonly Step[];
  readonly pending: readonly HookPoint[];
  /** The point after everything else that is done to the instance. */
  readonly end: number;
}

function hookInsertions(
  { created, isRebuild, started, ready, configured, checked }: Points,
  { hooks, pending, end }: HookPlan,
): readonly Insertion[] {
  const all: Insertion[] = [];
  const add = (at: number | undefined, steps: readonly Step[]) => {
    if (at !== undefined) all.push({ at, steps });
  };
  if (created) {
    add(0, hooks(isRebuild ? "before-rebuild" : "before-launch"));
    add(created.at, hooks("after-create", created.ref));
  } else if (pending.includes("after-create")) add(0, hooks("after-create"));
  if (started !== undefined || pending.includes("after-start")) {
    add(started ?? ready ?? end, hooks("after-start"));
  }
  if (configured !== undefined || pending.includes("after-configure")) add(end, hooks("after-configure"));
  if (isRebuild) add(checked, hooks("after-rebuild"));
  return all;
}

/** Notes on a new instance which hooks are to run, so that they do after a launch that was cut off. */
function withMark(plan: InstancePlan, { created, isRebuild }: Points, target: Target): InstancePlan {
  const points = LAUNCH_HOOKS.filter((point) => target.instance.config.hooks[point]);
  if (!created || isRebuild || points.length === 0) return plan;
  const steps = plan.steps.map((step, index): Step => {
    const { effect } = step;
    if (index !== created.at - 1 || effect.kind !== "send") return step;
    const body = effect.body as { readonly config?: Readonly<Record<string, string>> };
    const config = { ...body.config, [HOOKS_MARK]: points.join(" ") };
    return { ...step, effect: { ...effect, body: { ...body, config } } };
  });
  return { ...plan, steps };
}

/** Returns the step that removes the note once they have run. */
function markRemoval(
  { created, isRebuild }: Points,
  { ref, target, info }: {
    readonly ref: InstanceRef;
    readonly target: Target;
    readonly info: InstanceInfo | undefined;
  },
  end: number,
): readonly Insertion[] {
  const isNoted = created && !isRebuild
    ? LAUNCH_HOOKS.some((point) => target.instance.config.hooks[point])
    : (info?.config[HOOKS_MARK] ?? "") !== "";
  if (!isNoted) return [];
  const forget = send(
    `Note that the hooks of instance ${ref.name} have run`,
    patchInstance(ref, { config: { [HOOKS_MARK]: "" } }),
  );
  return [{ at: end, steps: [forget] }];
}

/** Returns a plan with more steps; those for one place are in the order of the list. */
function inserted(plan: InstancePlan, insertions: readonly Insertion[]): InstancePlan {
  const before = (index: number) => insertions.filter(({ at }) => at === index).flatMap(({ steps }) => steps);
  return {
    ...plan,
    steps: [...plan.steps.flatMap((step, index) => [...before(index), step]), ...before(plan.steps.length)],
  };
}
