/**
 * Applies a plan with the real daemon and host, and reports what happens on the standard streams.
 *
 * @module
 */
import type { AppApplyOptions, GlobalOptions } from "../cli/command/app.ts";
import type { Hidden } from "../cli/output/hidden.ts";
import type { Outlet } from "../cli/output/passed_output.ts";
import type { Interruption } from "../cli/output/interruption.ts";
import type { ProgressReport } from "../cli/output/report.ts";
import type { Host, InstanceControl, InstanceServer } from "../ports/mod.ts";
import type { RunEvent } from "../run/events.ts";
import type { Failure } from "../run/execute/execute.ts";
import { needsDaemon, type Plan } from "../step/step.ts";
import type { Daemon } from "./daemon.ts";
import { note, toStderr, toStdout, writeAllSync } from "./standard_streams.ts";

/** The parts of an app that apply its plans. */
export interface ApplyContext {
  readonly host: Host;
  readonly daemon: Daemon;
  readonly globals: GlobalOptions;
  /** The name or path by which lxops was called, for scripts. */
  readonly program: string;
  readonly interruption: Interruption;
  readonly report: ProgressReport;
  /** Values that nothing is to show. */
  readonly hidden: Hidden;
}

/** Prints a plan or carries it out. */
export async function applyPlan(
  context: ApplyContext,
  plan: Plan,
  options: AppApplyOptions,
): Promise<readonly Failure[]> {
  const { host, daemon, globals, program, interruption, report, hidden } = context;
  const signal = options.afterSignal ? new AbortController().signal : interruption.signal;
  const [{ apply }, { hostControl, mayWrite }, { PassedOutput }] = await Promise.all([
    import("../run/execute/apply.ts"),
    import("../adapters/host/host_control.ts"),
    import("../cli/output/passed_output.ts"),
  ]);
  const [stdout, stderr] = [Deno.stdout, Deno.stderr].map((stream): Outlet => ({
    write: (bytes) => writeAllSync(stream, bytes),
    isTerminal: stream.isTerminal(),
  })) as [Outlet, Outlet];
  const output = new PassedOutput({
    // Only the program of a run has stdout for itself.
    stdout: options.programOnly ? { ...stderr, isTerminal: false } : stdout,
    stderr: options.programOnly ? { ...stderr, isTerminal: false } : stderr,
    several: options.several ?? plan.each.length > 1,
    addresses: options.addresses ?? false,
    before: () => report.close(),
    mask: () => hidden.some ? hidden.mask : undefined,
  });
  const reportAll = (event: RunEvent) => {
    output.report(event);
    if (!options.quiet) report.report(event, options);
  };
  let begun = false;
  const controls = async () => {
    // Files can be changed where no daemon runs.
    const { server, control } = needsDaemon(plan)
      ? await daemon.connection()
      : { server: unused<InstanceServer>("server"), control: unused<InstanceControl>("control") };
    signal.throwIfAborted();
    interruption.begin();
    begun = true;
    return { server, control, host: hostControl(host) };
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
      report: options.passOutput
        ? (options.programOnly ? programOnly((event) => output.report(event)) : passOn)
        : reportAll,
      print: toStdout,
      mask: hidden.mask,
      signal,
      mayWrite,
    });
  } finally {
    report.close();
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

/** Returns a report that writes the output of programs unchanged, and that of all other steps to stderr, as `others` do. */
function programOnly(others: (event: RunEvent) => void): (event: RunEvent) => void {
  const running = new Set<string>();
  return (event) => {
    if (event.kind !== "bytes") others(event);
    if (event.kind === "start" && ["exec", "shell"].includes(event.step.effect.kind)) {
      running.add(event.instance);
    } else if (event.kind === "done" || event.kind === "failed") running.delete(event.instance);
    else if (event.kind === "note") note(event.text);
    else if (event.kind === "output") toStderr(`${event.line}\n`);
    else if (event.kind === "bytes" && !running.has(event.instance)) others(event);
    else passOn(event);
  };
}

/** Writes the output of programs to the stream that they wrote it to. */
function passOn(event: RunEvent): void {
  if (event.kind === "bytes") {
    return writeAllSync(event.stream === "stdout" ? Deno.stdout : Deno.stderr, event.bytes);
  }
  if (event.kind !== "output") return;
  if (event.stream === "stdout") toStdout(`${event.line}\n`);
  else toStderr(`${event.line}\n`);
}
