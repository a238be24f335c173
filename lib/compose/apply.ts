/**
 * Applies a plan with the real daemon and host.
 *
 * @module
 */
import type { AppApplyOptions, GlobalOptions } from "../cli/command/app.ts";
import type { Hidden } from "../cli/output/hidden.ts";
import type { Interruption } from "../cli/output/interruption.ts";
import type { Host, InstanceControl, InstanceServer } from "../ports/mod.ts";
import type { Failure } from "../run/execute/execute.ts";
import { needsDaemon, type Plan } from "../step/step.ts";
import type { Daemon } from "./daemon.ts";
import type { Surroundings } from "./surroundings.ts";

/** The parts of an app that apply its plans. */
export interface ApplyContext {
  readonly host: Host;
  readonly daemon: Daemon;
  readonly globals: GlobalOptions;
  /** The name or path by which lxops was called, for scripts. */
  readonly program: string;
  readonly interruption: Interruption;
  readonly surroundings: Surroundings;
  /** Values that nothing is to show. */
  readonly hidden: Hidden;
}

/** Prints a plan or carries it out. */
export async function applyPlan(
  context: ApplyContext,
  plan: Plan,
  options: AppApplyOptions,
): Promise<readonly Failure[]> {
  const { host, daemon, globals, program, interruption, surroundings, hidden } = context;
  const signal = options.afterSignal ? new AbortController().signal : interruption.signal;
  const [{ apply }, { hostControl, mayWrite }, following] = await Promise.all([
    import("../run/execute/apply.ts"),
    import("../adapters/host/host_control.ts"),
    surroundings.follow(plan, options),
  ]);
  let begun = false;
  const controls = async () => {
    // Files can be changed where no daemon runs.
    const { server, control } = needsDaemon(plan)
      ? await daemon.connection()
      : { server: unused<InstanceServer>("server"), control: unused<InstanceControl>("control") };
    signal.throwIfAborted();
    interruption.begin();
    begun = true;
    return { server, control, host: hostControl(host, surroundings.hasTerminal()) };
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
        following.report(event);
      },
      print: surroundings.print,
      mask: hidden.mask,
      signal,
      mayWrite,
    });
  } finally {
    following.end();
    if (begun) interruption.end();
  }
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
