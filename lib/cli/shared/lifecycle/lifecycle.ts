/**
 * The common part of commands that change instances of configuration files: load, look, plan, apply.
 *
 * @module
 */
import type { There } from "../../../ports/machine.ts";
import { machineOf, throughSsh } from "../../../plan/output/through_ssh.ts";
import type { PlanOptions, Target, World } from "../../../plan/world.ts";
import type { Needs } from "../../../run/observe/needs.ts";
import type { Source } from "../../../run/targets/options.ts";
import { unlessAborted } from "../../../run/wait/pauses.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { applyOptions } from "../../command/apply_options.ts";
import { printable } from "../../output/output.ts";
import { askEarly, askOtherDaemon, unknownOtherDaemon } from "./ask_early.ts";
import { checkDirectoryNames } from "./directory_names.ts";
import { checkMovedDirectories } from "./moved_directories.ts";
import { locks, lockTargets, type LockValues } from "./lock.ts";
import { type Outcome, outcome } from "./outcome.ts";
import { planAll, stopOrder } from "./plan_all.ts";
import { checkParallel, checkTargets, withoutDatasets } from "../operands.ts";
import { type FactsOf, factsOf, notes, secretFor } from "./records.ts";
import type { LoadOptions, Reading } from "./load_options.ts";
import { checkedRecall, recallAt, recallOf } from "./recall.ts";
import { provisions } from "./provisions.ts";
import { renderResults, resultOf } from "./results.ts";
import { settled } from "./settled.ts";
import { checkGiven, type ConfigValues, targetOptions, tellGiven } from "../target_options.ts";

/** Values of flags, as far as a command has them. */
export interface LifecycleValues extends ConfigValues {
  readonly "dry-run": boolean;
  readonly "lock-timeout"?: number;
  readonly "no-lock"?: boolean;
  readonly parallel: number;
  readonly "undo-on-failure": boolean;
  readonly trace: boolean;
  readonly timeout?: number;
  readonly "wait-stop"?: number;
  readonly "wait-configure"?: number;
  readonly adopt?: boolean;
  readonly force?: boolean;
  readonly "move-devices"?: boolean;
  readonly resume?: boolean;
  readonly vm?: boolean;
  readonly target?: string;
  readonly all?: boolean;
  readonly only?: readonly string[];
  readonly "step-timeout"?: number;
  readonly json?: boolean;
}

/** The part that differs between commands. */
export interface Lifecycle<O extends PlanOptions> extends Reading {
  /** Name of the command, for advice. */
  readonly name: string;
  /** The verb for messages, if it differs from the name. */
  readonly verb?: string;
  readonly needs: Needs;
  /** The flags that continue after a failure. */
  readonly again?: string;
  /** The command leaves filesystems of the host alone, so the daemon may be on another machine. */
  readonly daemonOnly?: boolean;
  readonly options: O;
  /** The command replaces data, and waits for what the daemon still does for an earlier run. */
  readonly settles?: boolean;
  /** The command changes instances as their configurations say, and writes down what it applied. */
  readonly records?: boolean;
  /** Print the addresses of instances that are waited for. */
  readonly addresses?: boolean;
  /** Returns the text to print for a target in the end. */
  readonly result?: (target: Target, world: World) => string;
  /** The command starts an old instance again, so that hooks do not run. */
  readonly swapsBack?: boolean;
  /** Plans what is done beside, of other instances. */
  readonly beside?: (targets: readonly Target[], world: World) => Promise<readonly InstancePlan[]>;
  /** Instances that others depend on stop after those. */
  readonly stops?: true;
  /** The result of the command for programs, such as `deleted`, where `-json` asks for it. */
  readonly word?: string;
  /** The question to confirm on a terminal before anything changes; scripts are not asked. */
  readonly question?: string;
  /** Further targets whose filesystems the plan changes. */
  readonly others?: readonly Target[];
  /** Loads the planner, only when the command runs. */
  readonly planner: () => Promise<(target: Target, world: World, options: O) => InstancePlan>;
}

/** Returns the options of every plan from the values of flags. */
export function planOptions(values: LifecycleValues): PlanOptions {
  return {
    resume: values.resume ?? false,
    force: values.force ?? false,
    adopt: values.adopt ?? false,
    ...(values["move-devices"] ? { moveDevices: true } : {}),
    stopSeconds: values["wait-stop"] ?? 5,
    readySeconds: values.timeout ?? 60,
    pauseSeconds: values["wait-configure"] ?? 0,
    all: values.all ?? false,
    ...(values.vm ? { vm: true } : {}),
    ...(values.target ? { member: values.target } : {}),
    ...applyOptions(values),
  };
}

/** Loads the targets of some files and prints their warnings. */
export async function targetsOf(
  values: ConfigValues,
  files: readonly Source[],
  app: App,
  { without = [], mayNeed = [], recall = recallAt(app), repeated = false, refusesExposed = false }:
    LoadOptions = {},
): Promise<readonly Target[]> {
  const [{ loadTargets }, { sourcesIn }, { watch }] = await Promise.all([
    import("../../../run/targets/targets.ts"),
    import("../search.ts"),
    import("../../../run/targets/exposed_files.ts"),
  ]);
  const watched = watch(app.host);
  const { targets, warnings } = await loadTargets(await sourcesIn(files, app), {
    ...await targetOptions(values, app),
    without,
    mayNeed,
    recall,
    repeated,
  }, watched.host);
  app.show(targets.flatMap(({ instance: { name, project, ownProfile } }) => [name, project, ownProfile]));
  app.warn([...warnings, ...await watched.exposed(refusesExposed)]);
  if (without.length === 0) checkGiven(values, targets);
  return targets;
}

/** Runs a command over files, reports what failed, and returns the exit code. */
export async function runLifecycle<O extends PlanOptions>(
  lifecycle: Lifecycle<O>,
  values: LifecycleValues,
  files: readonly Source[],
  app: App,
): Promise<number> {
  return await outcome(await carryOut(lifecycle, values, files, app), lifecycle, values, app);
}

/** Carries a command out over files; everything is loaded, checked and planned before the first change. */
export async function carryOut<O extends PlanOptions>(
  lifecycle: Lifecycle<O>,
  values: LifecycleValues,
  files: readonly Source[],
  app: App,
): Promise<Outcome> {
  checkParallel(values);
  tellGiven(values, app);
  const load = () =>
    Promise.all([
      import("../../../plan/output/merge_plans.ts"),
      import("../../../plan/tree/look.ts"),
      lifecycle.planner(),
      lifecycle.records ? import("../../../plan/record/write.ts") : undefined,
    ]);
  const how = { ...(locks(values) ? { lock: values } : {}), load };
  // Nothing was changed yet, so a signal may abandon it.
  const { targets, world, there, facts } = await unlessAborted(
    look(lifecycle, values, files, app, how),
    app.signal,
  );
  const doing = { ...values, action: lifecycle.verb ?? lifecycle.name };
  await checkDirectoryNames(targets, world, doing, app);
  if (lifecycle.name === "launch" || lifecycle.name === "rebuild") {
    await checkMovedDirectories(targets, world, doing, app);
  }
  const [{ combine }, { lookAtTrees }, plan] = await load();
  const secret = lifecycle.records ? await secretFor(targets, app) : undefined;
  const options = {
    ...lifecycle.options,
    random: app.random(),
    ...(lifecycle.records ? { recordsSecrets: true, ...secret?.options } : {}),
  };
  const noting = await notes({ world, facts }, options);
  const providing = await provisions(targets, {
    world,
    command: lifecycle.name,
    swapsBack: lifecycle.swapsBack,
    plan: (target) => plan(target, world, options),
  }, app);
  const action = lifecycle.verb ?? lifecycle.name;
  const plans = planAll(targets, (target) => {
    const planned = noting(target, providing.add(target, plan(target, world, options)));
    return lookAtTrees(planned, [target, ...lifecycle.others ?? []], world, action);
  });
  await providing.check(plans);
  const beside = await lifecycle.beside?.(targets, world) ?? [];
  const combined = combine([...lifecycle.stops ? await stopOrder(targets, plans) : plans, ...beside]);
  const whole = there ? throughSsh(combined, there, targets) : combined;
  const failures = await app.apply(secret ? secret.keeping(whole) : whole, {
    dryRun: values["dry-run"],
    parallel: values.parallel,
    undoOnFailure: values["undo-on-failure"],
    addresses: lifecycle.addresses ?? false,
    verbose: values.trace,
    random: options.random,
    result: () => targets.map((target) => lifecycle.result?.(target, world) ?? "").join(""),
    ...(lifecycle.question === undefined || plans.every(({ steps }) => steps.length === 0)
      ? {}
      : { confirm: () => app.confirm([...plans.flatMap(({ notes }) => notes ?? [])], lifecycle.question!) }),
    ...(values.json
      ? {
        results: (failures) =>
          renderResults(plans.map((one) => resultOf(one, failures, lifecycle.word ?? "done"))),
      }
      : {}),
  });
  return { failures, targets, world };
}

/** The wait for a lock after which nothing counts that was asked for before. */
const STALE_MS = 1000;

/** Options of a look. */
interface LookOptions {
  /** The values of flags about locks, where the command locks its instances. */
  readonly lock?: LockValues;
  /** Loads what comes afterwards. */
  readonly load?: () => Promise<unknown>;
}

/** Everything that a command finds before it plans. */
export interface Look {
  readonly targets: readonly Target[];
  readonly world: World;
  readonly there?: There;
  /** Only where the command writes records. */
  readonly facts?: FactsOf;
}

/** Loads targets, checks the daemon for them, locks them where it must, and observes everything that they name. */
export async function look(
  lifecycle: Pick<Lifecycle<PlanOptions>, "needs"> & Partial<Omit<Lifecycle<PlanOptions>, "planner">>,
  values: ConfigValues,
  files: readonly Source[],
  app: App,
  { lock, load }: LookOptions = {},
): Promise<Look> {
  const { needs, name = "" } = lifecycle;
  const asked = askEarly(values, { needs, files, locks: lock ? name : undefined }, app);
  // Errors of the files are reported before errors of the daemon.
  asked.catch(() => {});
  const otherDaemon = asked.then(() => askOtherDaemon(lifecycle.needs, app));
  otherDaemon.catch(() => {});
  // Modules take the processor for a while, in which no question would go out. Another machine may let one wait.
  if (await app.isLocal().catch(() => false)) await asked.catch(() => {});
  const recall = checkedRecall(recallOf(async (project) => await (await asked).peek(project)));
  const [{ observe }, targets] = await Promise.all([
    import("../../../run/observe/observe.ts"),
    targetsOf(values, files, app, { ...lifecycle, recall: recall.recall }),
  ]);
  const facts = lifecycle.records ? factsOf(targets, app) : undefined;
  const agent = lifecycle.options ? { agentSeconds: lifecycle.options.readySeconds } : {};
  const projects = await checkTargets(targets, lifecycle.daemonOnly ?? false, app);
  let waited = false;
  if (lock) {
    const before = performance.now();
    const isEarly = await lockTargets(targets, { ...lifecycle, name }, lock, app, projects);
    waited = performance.now() - before > STALE_MS;
    if (!isEarly) {
      (await asked).forget(waited ? "everything" : "locked");
      await recall.check();
    }
  }
  // The daemon works meanwhile. Who needs the modules raises the error of one that cannot be loaded.
  load?.().catch(() => {});
  // Some commands that leave directories alone print their sizes.
  const isAsked = !lifecycle.daemonOnly || lifecycle.needs.sizes === true;
  const ssh = isAsked ? machineOf(targets) : undefined;
  const host = ssh ? await app.remoteHost(ssh) : app.host;
  const seen = await observe(targets, { ...lifecycle.needs, ...agent }, {
    backend: app.backend,
    note: (text) => app.complain(printable(`note: ${text}`)),
    host: lifecycle.daemonOnly ? withoutDatasets(host, app, isAsked) : host,
    server: await settled(await asked, targets, lifecycle, app),
    remotes: lifecycle.needs.images ? await app.imageRemotes() : new Map(),
    isLocal: !ssh && await app.isLocal(),
    otherDaemon: async (want) =>
      ssh
        ? unknownOtherDaemon(ssh, app)
        : !waited && await otherDaemon || await app.otherDaemonInstances(want),
  });
  const world: World = {
    ...seen,
    targets: targets.map(({ instance: { project, name } }) => ({ project, name })),
    ...(projects.length > 0 ? { projects: new Map(projects.map((one) => [one.name, one])) } : {}),
  };
  const known = await facts;
  return {
    targets,
    world,
    ...(known ? { facts: known } : {}),
    ...(ssh ? { there: { ssh, sudo: !host.isRoot } } : {}),
  };
}
