/**
 * The building of images, group by group: later ones may be built from earlier ones.
 *
 * @module
 */
import { resolve } from "@std/path";
import { InterruptedError } from "../../../base/errors.ts";
import { imageIn } from "../../../plan/image/bases.ts";
import { planAlias, planBuild } from "../../../plan/image/build.ts";
import { baseAlias, decide, type Decision, type Wanted } from "../../../plan/image/decide.ts";
import { sealing } from "../../../plan/image/seal.ts";
import { planUnfinished } from "../../../plan/image/unfinished.ts";
import { downloadStep } from "../../../plan/instance/resolve/image.ts";
import { planSweep } from "../../../plan/throwaway/sweep.ts";
import type { World } from "../../../plan/world.ts";
import { failureError } from "../../../run/execute/apply.ts";
import type { Failure } from "../../../run/execute/execute.ts";
import { findStrays, findUnfinished } from "../../../run/targets/strays.ts";
import type { InstancePlan, Plan, Step } from "../../../step/step.ts";
import { errorText, printable } from "../../output/output.ts";
import { buildOptions, buildTime } from "./build_options.ts";
import { type BuiltRow, rowsOf, type State } from "./build_results.ts";
import type { Known, Scope } from "./build.ts";

/** The end of a build of several images. */
export interface Built {
  /** The images that there are; absent where the build was only shown, or was interrupted. */
  readonly images?: readonly BuiltRow[];
  readonly failures: readonly Failure[];
}

/** Builds the images that are to be built, and returns the failures. */
export async function buildAll(scope: Scope, known: Known): Promise<Built> {
  const { values, app, project } = scope;
  const states = new Map<string, State>();
  let { world } = known;
  const failed: Failure[] = [];
  // A dry run builds no base image, so that the plans of images from it show only what is known.
  let isReal = false;
  let isShown = false;
  const apply = async (plan: Plan) => {
    const failures = await applyPlan(plan, scope, () => void (isReal = true));
    isShown = true;
    if (!isReal || plan.first.length + plan.each.length === 0) return failures;
    const images = await (await app.server()).images(project);
    world = { ...world, images: new Map([...world.images, [project, images]]) };
    return failures;
  };
  const decided = () => decide(known.groups, world, { ...values, done: new Set(states.keys()) });
  for (const [at, group] of known.groups.entries()) {
    skip(group, states, scope);
    const remote = of(group, decided(), states).filter(({ what, recipe: { base } }) =>
      what === "build" && base.image.remote
    );
    if (remote.length > 0) {
      const [failure] = await apply({ first: downloads(remote), each: [] });
      if (failure) throw failure.error;
    }
    const now = of(group, decided(), states);
    const plans = await plansOf(now, scope, known);
    const left = at === 0 ? await sweepsOf(world, scope) : [];
    if (plans.length + left.length === 0) continue;
    const first = at === 0 ? secretSteps(now, known) : [];
    const failures = await apply({ first, each: [...plans, ...left] });
    report(failures, scope);
    failed.push(...failures);
    if (failures.some(({ error }) => error instanceof InterruptedError)) {
      return { failures: failed };
    }
    if (isReal) noteStates(now, failures, states);
  }
  const decisions = decided();
  const exports = decisions.filter(({ recipe }) => states.get(recipe.options.alias) !== "failed")
    .flatMap((one) => exportPlans(one, scope));
  if (exports.length > 0 || !isShown) {
    const [failure] = await apply({ first: [], each: exports });
    if (failure) report([failure], scope);
    if (failure) failed.push(failure);
  }
  return { ...isReal ? { images: rowsOf(decisions, states) } : {}, failures: failed };
}

function noteStates(
  decisions: readonly Decision[],
  failures: readonly Failure[],
  states: Map<string, State>,
): void {
  for (const { recipe: { options }, what } of decisions) {
    const isFailed = failures.some(({ instance }) => instance === options.alias || instance === "");
    if (isFailed) states.set(options.alias, "failed");
    else if (what !== "there") states.set(options.alias, what === "build" ? "built" : "named");
  }
}

/** Leaves out images whose base could not be built. */
function skip(group: readonly Wanted[], states: Map<string, State>, { app }: Scope): void {
  for (const one of group.filter((one) => states.get(baseAlias(one)) === "failed")) {
    const { alias } = one.options;
    states.set(alias, "failed");
    app.complain(
      printable(`lxops: ${alias}: not begun: "${baseAlias(one)}", which it is built from, has failed`),
    );
  }
}

/** Returns the decisions about a group, without those that have failed. */
function of(
  group: readonly Wanted[],
  decisions: readonly Decision[],
  states: ReadonlyMap<string, State>,
): readonly Decision[] {
  const names = new Set(group.map(({ options }) => options.alias));
  return decisions.filter(({ recipe: { options: { alias } } }) =>
    names.has(alias) && states.get(alias) !== "failed"
  );
}

async function plansOf(
  decisions: readonly Decision[],
  { values, app, random }: Scope,
  known: Known,
): Promise<readonly InstancePlan[]> {
  const wanted = decisions.filter(({ what }) => what !== "there");
  const run = wanted.length === 0 ? "" : await app.host.thisRun() ?? "";
  const now = buildTime(app);
  return await Promise.all(wanted.map(async ({ recipe, what, image, packages }) => {
    if (what === "name" && image) return planAlias(recipe, image);
    const facts = await known.factsOf(recipe.target);
    const options = buildOptions(recipe, values, { run, random, now, facts, cwd: app.host.cwd });
    return sealing(planBuild(recipe, { ...options, ...(packages ? { packages } : {}) }), known.secret);
  }));
}

function downloads(decisions: readonly Decision[]): readonly Step[] {
  const steps = decisions.map(({ recipe: { target, base, vm } }) => downloadStep(target, base.image, vm));
  return [...new Map(steps.map((step) => [step.title, step])).values()];
}

function secretSteps(decisions: readonly Decision[], { secretStep }: Known): readonly Step[] {
  const needed = decisions.some(({ what }) => what === "build");
  return secretStep && needed ? [secretStep] : [];
}

/** Plans the removal of leftovers of killed builds and runs of this machine in the project. */
async function sweepsOf({ instances, images }: World, { app, project }: Scope) {
  const now = new Date();
  return [
    ...planSweep(await findStrays([...instances.values()], app.host, { now })),
    ...planUnfinished(project, await findUnfinished(images.get(project) ?? [], app.host, { now })),
  ];
}

function exportPlans({ recipe }: Decision, { values, app }: Scope): readonly InstancePlan[] {
  if (values.export === "") return [];
  const { target: { instance: { project } }, resolved, options: { alias } } = recipe;
  const image = imageIn(resolved.world.images.get(project) ?? [], alias);
  const fingerprint = image?.fingerprint || alias;
  const file = `${resolve(app.host.cwd, values.export)}/`;
  const effect = { kind: "transfer", direction: "export", project, fingerprint, file } as const;
  return [{ instance: { project, name: alias }, steps: [{ title: `Export image ${alias}`, effect }] }];
}

async function applyPlan(
  plan: Plan,
  { values, app, random }: Scope,
  onEnd: () => void,
): Promise<readonly Failure[]> {
  return await app.apply(plan, {
    dryRun: values["dry-run"],
    random,
    parallel: values.parallel,
    undoOnFailure: false,
    verbose: false,
    claim: { command: "image build" },
    showSecrets: values["show-secrets"] ?? false,
    results: () => {
      onEnd();
      return "";
    },
  });
}

function report(failures: readonly Failure[], { app }: Scope): void {
  for (const failure of failures) {
    const made = failure.done.flatMap(({ makes = [] }) => makes).find(({ kind }) => kind === "instance")
      ?.name;
    const kept = made === undefined
      ? []
      : [`To look at it: lxops shell ${made}; to remove it: lxops run --discard ${made}`];
    app.complain(
      errorText("lxops", failureError(failure, [...kept, "To continue: run the same command again"])),
    );
  }
}
