/**
 * Applies a plan with the real daemon and host.
 *
 * @module
 */
import type { AppApplyOptions, GlobalOptions } from "../cli/command/app.ts";
import type { Host, InstanceControl, InstanceServer } from "../ports/mod.ts";
import type { Failure } from "../run/execute/execute.ts";
import type { Starting } from "../ports/machine_lock.ts";
import type { RunEvent } from "../run/events.ts";
import type { Controls } from "../run/perform/perform.ts";
import { isStart } from "../step/starts.ts";
import { needsDaemon, type Plan } from "../step/step.ts";
import type { Run } from "./app.ts";
import type { Daemon } from "./daemon.ts";

/** The parts of an app that apply its plans. */
export interface ApplyContext {
  readonly run: Run;
  readonly host: Host;
  readonly daemon: Daemon;
  readonly globals: GlobalOptions;
}

/** Prints a plan or carries it out. */
export async function applyPlan(
  context: ApplyContext,
  plan: Plan,
  options: AppApplyOptions,
): Promise<readonly Failure[]> {
  const { run: { program, interruption, surroundings, hidden }, host, daemon, globals } = context;
  const signals = options.afterSignal ? [] : [interruption.signal];
  const signal = AbortSignal.any([...signals, ...options.until ? [options.until] : []]);
  const [{ apply }, { hostControl, mayWrite }, following] = await Promise.all([
    import("../run/execute/apply.ts"),
    import("../adapters/host/host_control.ts"),
    surroundings.follow(plan, options),
  ]);
  let begun = false;
  let claimed: Claimed | undefined;
  const controls = async (): Promise<Controls> => {
    // Files can be changed where no daemon runs.
    const { server, control } = needsDaemon(plan)
      ? await daemon.connection()
      : { server: unused<InstanceServer>("server"), control: unused<InstanceControl>("control") };
    signal.throwIfAborted();
    claimed = await claimNew(context, plan, options);
    interruption.begin();
    begun = true;
    return {
      server,
      control,
      host: hostControl(host, surroundings.hasTerminal()),
      claim: async (starting) => await claim(context, [starting], options),
    };
  };
  try {
    return await apply(plan, {
      ...options,
      script: {
        program,
        globals: connectFlags(globals),
        sudo: !host.isRoot,
        ...(needsDaemon(plan) ? { project: (await daemon.address()).project } : {}),
        showSecrets: options.showSecrets ?? false,
        random: options.random,
      },
    }, {
      controls,
      report: (event) => {
        if (event.kind === "lease") options.leased?.(event.lease, event.refill);
        if (event.kind === "address") options.addressed?.(event.instance, event.address);
        if (event.kind === "done") options.timed?.(event.step, event.seconds);
        claimed?.follow(event);
        following.report(event);
      },
      print: surroundings.print,
      mask: hidden.mask,
      signal,
      mayWrite,
    });
  } finally {
    following.end();
    await claimed?.release();
    if (begun) interruption.end();
  }
}

/** Directories that are locked until the instances of a plan have started. */
interface Claimed {
  readonly release: () => Promise<void>;
  readonly follow: (event: RunEvent) => void;
}

/** Locks the directories of the instances that a plan creates and starts. */
async function claimNew(
  context: ApplyContext,
  plan: Plan,
  options: AppApplyOptions,
): Promise<Claimed | undefined> {
  const steps = [...plan.first, ...plan.each.flatMap(({ steps }) => steps)];
  if (context.run.locks.hasLooked || !steps.some(({ effect }) => isStart(effect))) return undefined;
  const [{ newInstances }, { endOnceStarted }] = await Promise.all([
    import("../plan/checks/new_instances.ts"),
    import("./claims.ts"),
  ]);
  const instances = newInstances(plan);
  const release = await claim(context, instances, options);
  return release && { release, follow: endOnceStarted(instances, release) };
}

async function claim(context: ApplyContext, starting: readonly Starting[], { claim = {} }: AppApplyOptions) {
  if (claim === "none") return undefined;
  return await (await import("./claims.ts")).claimStarting(context, starting, claim);
}

/** Stands in for the daemon of a plan that uses none; any use of it is a defect. */
function unused<T extends object>(name: string): T {
  return new Proxy({} as T, {
    get(_, member) {
      throw new Error(`A plan that needs no daemon used ${name}.${String(member)}`);
    },
  });
}

/** Returns the options that lead to the same daemon. */
function connectFlags({ socket, remote, http, unix }: GlobalOptions): string[] {
  return [
    ...(socket ? ["-socket", socket] : []),
    ...(remote ? ["-remote", remote] : []),
    ...(http ? ["-http"] : []),
    ...(unix ? ["-unix"] : []),
  ];
}
