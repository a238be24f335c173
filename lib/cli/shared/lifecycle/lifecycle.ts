/**
 * The common part of commands that change instances of configuration files: load, look, plan, apply.
 *
 * @module
 */
import { throughSsh } from "../../../plan/output/through_ssh.ts";
import type { PlanOptions, Target, World } from "../../../plan/world.ts";
import type { Needs } from "../../../run/observe/needs.ts";
import type { Source } from "../../../run/targets/options.ts";
import { unlessAborted } from "../../../run/wait/pauses.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { InstanceServer } from "../../../ports/mod.ts";
import type { App } from "../../command/app.ts";
import { applyOptions } from "../../command/apply_options.ts";
import { look } from "./look.ts";
import { checkDirectoryNames } from "./directory_names.ts";
import type { Replaces } from "./directory_lock.ts";
import { checkMovedDirectories, checkSeenDirectories } from "./moved_directories.ts";
import { locks, secondsOf } from "./lock.ts";
import { type Outcome, outcome } from "./outcome.ts";
import { planAll, stopOrder, withNotes } from "./plan_all.ts";
import { checkParallel } from "../operands.ts";
import { notes, secretFor } from "./records.ts";
import type { Reading } from "./load_options.ts";
import { provisions } from "./provisions.ts";
import { addressOf, fileOf, renderResults, resultOf } from "./results.ts";
import { type ConfigValues, tellGiven } from "../target_options.ts";

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
  /** The command replaces data, and waits for operations of an earlier run. */
  readonly settles?: boolean;
  /** The filesystems that the command replaces, removes or moves. */
  readonly replaces?: Replaces;
  /** The command changes instances according to their configurations, and records the applied items. */
  readonly records?: boolean;
  /** Print the addresses of instances that are waited for. */
  readonly addresses?: boolean;
  /** End with the result of each instance, and its address. */
  readonly summary?: true;
  /** Returns the text to print for a target in the end. */
  readonly result?: (target: Target, world: World) => string;
  /** The command starts an old instance again, so that hooks do not run. */
  readonly swapsBack?: boolean;
  /** Plans additional steps about other instances. */
  readonly beside?: (targets: readonly Target[], world: World) => Promise<readonly InstancePlan[]>;
  /** Looks into instances before anything is planned, and returns notes about them. */
  readonly inside?: (
    targets: readonly Target[],
    world: World,
    server: InstanceServer,
  ) => Promise<ReadonlyMap<Target, string>>;
  /** The plan does not depend on those notes, so they may come once its first step has created an instance. */
  readonly notesLater?: boolean;
  /** Instances that others depend on stop after those. */
  readonly stops?: true;
  /** The result of the command for programs, such as `deleted`, where `--json` asks for it. */
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

/** Runs a command over files, reports failures, and returns the exit code. */
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
  const { targets, world, server, there, facts } = await unlessAborted(
    look(lifecycle, values, files, app, how),
    app.signal,
  );
  const inside = lifecycle.inside?.(targets, world, server);
  // Other errors come first.
  inside?.catch(() => {});
  const doing = { ...values, action: lifecycle.verb ?? lifecycle.name };
  await checkDirectoryNames(targets, world, doing, app);
  if (lifecycle.name === "launch" || lifecycle.name === "rebuild") {
    await checkMovedDirectories(targets, world, doing, app);
  }
  if (lifecycle.replaces?.data === "goes") {
    await checkSeenDirectories(targets, world, { ...doing, ...lifecycle.replaces }, app);
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
  const planned = planAll(targets, (target) => {
    const own = noting(target, providing.add(target, plan(target, world, options)));
    return lookAtTrees(own, [target, ...lifecycle.others ?? []], world, action);
  });
  const { plans, laterNotes } = await withNotes(planned, targets, inside, lifecycle.notesLater ?? false);
  await providing.check(plans);
  const beside = await lifecycle.beside?.(targets, world) ?? [];
  const combined = combine([...lifecycle.stops ? await stopOrder(targets, plans) : plans, ...beside]);
  const whole = there ? throughSsh(combined, there, targets) : combined;
  const addresses = new Map<string, string>();
  const failures = await app.apply(secret ? secret.keeping(whole) : whole, {
    dryRun: values["dry-run"],
    parallel: values.parallel,
    undoOnFailure: values["undo-on-failure"],
    addresses: lifecycle.addresses ?? false,
    summary: lifecycle.summary ?? false,
    verbose: values.trace,
    claim: values["no-lock"] ? "none" : { command: lifecycle.name, seconds: secondsOf(values) },
    random: options.random,
    ...(laterNotes ? { laterNotes } : {}),
    ...(values.json
      ? { resultOnly: true, addressed: (instance, address) => void addresses.set(instance, address) }
      : { result: () => targets.map((target) => lifecycle.result?.(target, world) ?? "").join("") }),
    ...(lifecycle.question === undefined || plans.every(({ steps }) => steps.length === 0)
      ? {}
      : { confirm: async () => app.confirm(await doomed(plans), lifecycle.question!) }),
    ...(values.json
      ? {
        results: (failures) =>
          renderResults(plans.map((one, at) => ({
            ...resultOf(one, failures, lifecycle.word ?? "done"),
            ...fileOf(targets[at]!),
            ...addressOf(one.instance.name, addresses),
          }))),
      }
      : {}),
  });
  return { failures, targets, world };
}

async function doomed(plans: readonly InstancePlan[]): Promise<readonly string[]> {
  return (await import("./doomed.ts")).doomedLines(plans);
}
