/**
 * Parts of a rehearsal: a look at the world, and a plan carried out with its times.
 *
 * @module
 */
import { LxopsError, StateError } from "../../../base/errors.ts";
import type { TimedStep } from "../../../plan/rehearse/figures.ts";
import { beginsPause, endsPause } from "../../../plan/rehearse/pause.ts";
import { refOf, type Target, type World } from "../../../plan/world.ts";
import { failureError } from "../../../run/execute/apply.ts";
import type { InstancePlan, Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { printable } from "../../output/output.ts";
import type { RehearseValues } from "./rehearse.ts";

/** The facts that any part of a rehearsal needs. */
const NEEDS = {
  images: true,
  holders: true,
  allProjects: true,
  journals: true,
  snapshots: true,
  zfsSnapshots: true,
  zfsProperties: true,
  dataSnapshots: true,
  releases: true,
  accounts: true,
  room: true,
  trees: true,
} as const;

/** Looks at everything that targets name. */
export async function observed(targets: readonly Target[], app: App): Promise<World> {
  const { observe } = await import("../../../run/observe/observe.ts");
  const seen = await observe(targets, NEEDS, {
    backend: app.backend,
    note: (text) => app.complain(printable(`note: ${text}`)),
    host: app.host,
    server: await app.server(),
    remotes: await app.imageRemotes(),
    isLocal: await app.isLocal(),
    otherDaemon: (want) => app.otherDaemonInstances(want),
  });
  return { ...seen, targets: targets.map(({ instance }) => refOf(instance)) };
}

/** A plan that was carried out. */
export interface Carried {
  readonly steps: readonly TimedStep[];
  readonly error?: LxopsError;
  readonly failed?: Step;
}

/** Settings of carrying a plan out. */
interface How {
  readonly values: RehearseValues;
  readonly app: App;
  readonly quiet: boolean;
  /** Name of the instance that may be frozen for `--max-freeze` seconds. */
  readonly freezes?: string;
}

/** A limit of the time for which an instance is frozen. */
interface Limit {
  readonly signal: AbortSignal;
  readonly follow: (step: Step) => void;
  readonly end: () => void;
}

/** Begins to count when an instance is frozen; where that lasts too long, the copy ends. */
function freezeLimit(name: string, seconds: number): Limit {
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = () => clearTimeout(timer);
  const tooLong = () =>
    new StateError(
      `The data of instance "${name}" was not copied within ${seconds} s, for which it was frozen`,
      {
        advice: [
          `To let it stand still longer: --max-freeze ${Math.ceil(seconds) * 4}`,
          "Datasets, and directories on btrfs and xfs, take no time",
        ],
      },
    );
  return {
    signal: over.signal,
    follow: (step) => {
      if (beginsPause(step)) timer = setTimeout(() => over.abort(tooLong()), seconds * 1000);
      if (endsPause(step)) end();
    },
    end,
  };
}

/** Carries a plan out, and takes the time of each step. */
export async function carryOn(
  plan: InstancePlan,
  { values, app, quiet, freezes }: How,
): Promise<Carried> {
  const limit = freezes === undefined ? undefined : freezeLimit(freezes, values["max-freeze"]);
  const steps: TimedStep[] = [];
  const begin = performance.now();
  const [failure] = await app.apply({ first: [], each: [plan] }, {
    dryRun: values["dry-run"],
    parallel: 1,
    undoOnFailure: true,
    verbose: values.trace,
    quiet,
    resultOnly: values.json,
    random: app.random(),
    timed: (step, seconds) => {
      limit?.follow(step);
      steps.push({ step, seconds, end: (performance.now() - begin) / 1000 });
    },
    ...(limit ? { until: limit.signal } : {}),
  }).finally(() => limit?.end());
  if (!failure) return { steps };
  // What it made is removed in any case.
  return {
    steps,
    error: failureError({ ...failure, done: [] }, []),
    ...(failure.step ? { failed: failure.step } : {}),
  };
}

/** The failure of a rehearsal, or of the command as the instance itself would have it. */
class RehearsalError extends LxopsError {
  override readonly exitCode: number;

  constructor(message: string, advice: readonly string[], cause: LxopsError) {
    super(message, advice, { cause });
    this.exitCode = cause.exitCode;
  }
}

/** Returns what a failure on a copy tells about an instance: what was left of the copy was removed. */
export function predicted(error: LxopsError, copy: string, name: string): LxopsError {
  const named = (text: string) => text.replaceAll(copy, name);
  return new RehearsalError(named(error.message), [
    ...error.advice.filter((line) => line.startsWith("| ")).map(named),
    `This was a rehearsal: instance "${name}" and its data are as they were, and its copy was removed`,
  ], error);
}

/** Returns what a failure of the copy itself tells: nothing of the command is known, and what was made was removed. */
export function uncopied(error: LxopsError, name: string, failed?: Step): LxopsError {
  const isNetwork = failed?.effect.kind === "send" && /^\/1\.0\/network/.test(failed.effect.path);
  return new RehearsalError(error.message, [
    ...error.advice,
    ...(isNetwork ? ["To rehearse without a network of its own: --net none, or --net NAME"] : []),
    `Instance "${name}" and its data are as they were, and what there was of its copy was removed`,
  ], error);
}
