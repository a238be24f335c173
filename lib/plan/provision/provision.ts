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
import { inserted, type Insertion } from "./insertion.ts";
import { KEEP_MARK, keepBeforeDeletion, keepPlan } from "./keep.ts";
import { type HookContext, hookSteps } from "./hooks.ts";
import { type Points, pointsOf } from "./points.ts";
import { deliveryStep, deliverySteps, haveNamedOwners, type SecretFile, SECRETS_MARK } from "./secrets.ts";
import { startedIn, withSecretsBack } from "./secrets_back.ts";

/** The key of an instance that has the hooks of its launch that are still to run. */
export const HOOKS_MARK = "user.lxops.hooks";

/** Commands that delete instances. */
const DELETIONS: readonly string[] = ["delete", "destroy", "down"];
/** Other commands that run hooks. */
const HOOKED: readonly string[] = ["launch", "up", "rebuild", "configure"];
/** The hooks of a launch once there is an instance. */
const LAUNCH_HOOKS = ["after-create", "after-start", "after-configure"] as const;

/** Hooks, settings and secrets of an instance, which are read before it is planned. */
export interface Provisions extends Pick<HookContext, "scripts" | "settings" | "hidden"> {
  /** The command of the user. */
  readonly command: string;
  /** Secrets with their values; absent where none are to be delivered. */
  readonly secrets?: readonly SecretFile[];
}

/** The target of a plan, and its provisions. */
export interface ProvisionScope extends Provisions {
  readonly target: Target;
  readonly world: World;
}

/** Tells whether a command deletes instances. */
export function isDeletion(command: string): boolean {
  return DELETIONS.includes(command);
}

/** Tells whether a plan starts an instance or configures it, so that it needs its secrets. */
export function needsSecrets(plan: InstancePlan): boolean {
  return pointsOf(plan.steps, startedIn(plan)).ready !== undefined;
}

/** Tells whether hooks of a launch that was cut off are still to run on an instance. */
export function pendingHooks(info: InstanceInfo | undefined, { instance }: Target): readonly HookPoint[] {
  const noted = (info?.config[HOOKS_MARK] ?? "").split(" ");
  return LAUNCH_HOOKS.filter((point) => noted.includes(point) && instance.config.hooks[point]);
}

/** Returns a plan with the steps of hooks and secrets at their points. */
export function provisioned(plan: InstancePlan, scope: ProvisionScope): InstancePlan {
  const { target, world, command, secrets } = scope;
  const ref = refOf(target.instance);
  const info = world.instances.get(objectKey(ref.project, ref.name));
  const context = (of: InstanceRef): HookContext => ({ ...scope, ref: of, program: world.backend.program });
  const hooks = (point: HookPoint, of = ref) => hookSteps(point, context(of));
  if (isDeletion(command)) {
    if (!info || plan.steps.length === 0) return plan;
    const { insertions, notes } = keepBeforeDeletion({ target, world, ref, info }, command);
    return inserted(withNotes(plan, notes), [
      { at: 0, steps: hooks("before-delete") },
      ...insertions,
      { at: plan.steps.length, steps: hooks("after-delete") },
    ]);
  }
  const points = pointsOf(plan.steps, ref);
  const end = points.configured ?? plan.steps.length;
  if (!HOOKED.includes(command)) return secrets ? delivering(plan, secrets) : plan;
  const delivery = secrets ? deliveries(points, { ref, secrets, end }) : [];
  const kept = keepPlan(points, { target, world, ref, info, configures: command === "configure" }, end);
  const marks = marksOf(target, info, { points, secrets, restores: kept.restores });
  const pending = pendingHooks(info, target);
  const all = withNotes(secrets ? withSecretsBack(plan, secrets) : plan, kept.notes);
  return inserted(
    points.created && !points.isRebuild ? withMarks(all, points.created.at - 1, marks.made) : all,
    [
      ...kept.insertions.filter(({ at }) => at !== end),
      ...delivery,
      ...hookInsertions(points, { hooks, pending, end }),
      ...kept.insertions.filter(({ at }) => at === end),
      ...(Object.keys(marks.end).length === 0 ? [] : [{ at: end, steps: [markStep(ref, marks.end)] }]),
    ],
  );
}

/** Returns a plan that delivers secrets to an instance that it starts, under whatever name that has by then. */
export function delivering(plan: InstancePlan, secrets: readonly SecretFile[]): InstancePlan {
  const ref = startedIn(plan);
  const points = pointsOf(plan.steps, ref);
  const end = points.configured ?? plan.steps.length;
  return inserted(withSecretsBack(plan, secrets), deliveries(points, { ref, secrets, end }));
}

/** Returns the deliveries of secrets: when the instance is ready, and once more when it has their owners. */
function deliveries(
  { ready }: Points,
  { ref, secrets, end }: {
    readonly ref: InstanceRef;
    readonly secrets: readonly SecretFile[];
    readonly end: number;
  },
): readonly Insertion[] {
  const at = ready ?? end;
  if (at >= end || !haveNamedOwners(secrets)) return [{ at, steps: [deliveryStep(ref, secrets)] }];
  const { before, after } = deliverySteps(ref, secrets);
  return [{ at, steps: [before] }, { at: end, steps: [after] }];
}

type Marks = Readonly<Record<string, string>>;

/** Returns the marks that a new instance gets, and those that are set when all is done. */
function marksOf(
  target: Target,
  info: InstanceInfo | undefined,
  { points: { created, isRebuild }, secrets, restores }: {
    readonly points: Points;
    readonly restores: boolean;
    readonly secrets: readonly SecretFile[] | undefined;
  },
): { readonly made: Marks; readonly end: Marks } {
  const isMade = created !== undefined && !isRebuild;
  const points = LAUNCH_HOOKS.filter((point) => target.instance.config.hooks[point]);
  const made = {
    ...(points.length > 0 ? { [HOOKS_MARK]: points.join(" ") } : {}),
    ...(secrets && secrets.length > 0 ? { [SECRETS_MARK]: "true" } : {}),
    ...(restores ? { [KEEP_MARK]: "restore" } : {}),
  };
  const before = isMade ? made : info?.config ?? {};
  const wanted = secrets && secrets.length > 0 ? "true" : "";
  return {
    made,
    end: {
      ...((before[HOOKS_MARK] ?? "") === "" ? {} : { [HOOKS_MARK]: "" }),
      ...((before[KEEP_MARK] ?? "") === "" ? {} : { [KEEP_MARK]: "" }),
      ...(!secrets || (before[SECRETS_MARK] ?? "") === wanted ? {} : { [SECRETS_MARK]: wanted }),
    },
  };
}

/** Returns the step that sets marks once hooks have run and secrets are delivered. */
function markStep(ref: InstanceRef, config: Marks): Step {
  const title = HOOKS_MARK in config
    ? `Note that the hooks of instance ${ref.name} have run`
    : KEEP_MARK in config
    ? `Note that instance ${ref.name} has its kept files`
    : `Note whether instance ${ref.name} has secrets`;
  return send(title, patchInstance(ref, { config }));
}

/** Returns a plan whose new instance has marks from the beginning. */
function withMarks(plan: InstancePlan, at: number, marks: Marks): InstancePlan {
  if (Object.keys(marks).length === 0) return plan;
  const steps = plan.steps.map((step, index): Step => {
    const { effect } = step;
    if (index !== at || effect.kind !== "send") return step;
    const body = effect.body as { readonly config?: Marks };
    return { ...step, effect: { ...effect, body: { ...body, config: { ...body.config, ...marks } } } };
  });
  return { ...plan, steps };
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

function withNotes(plan: InstancePlan, notes: readonly string[]): InstancePlan {
  return notes.length === 0 ? plan : { ...plan, notes: [...plan.notes ?? [], ...notes] };
}
