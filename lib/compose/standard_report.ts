/**
 * Shows a plan that is carried out on the standard streams.
 *
 * @module
 */
import { writeStderr, writeStdout } from "../adapters/standard_output.ts";
import type { AppApplyOptions } from "../cli/command/app.ts";
import type { Hidden } from "../cli/output/hidden.ts";
import { type Outlet, PassedOutput } from "../cli/output/passed_output.ts";
import type { RunEvent } from "../run/events.ts";
import type { Plan } from "../step/step.ts";
import { bytesToStderr, note, toStderr, toStdout } from "./standard_streams.ts";
import type { Showing } from "./showing.ts";
import type { Following } from "./surroundings.ts";

/** Shows the events of a plan. */
export async function follow(
  showing: Showing,
  hidden: Hidden,
  plan: Plan,
  options: AppApplyOptions,
): Promise<Following> {
  const mode = showing.mode();
  const stdout: Outlet = {
    write: writeStdout,
    isTerminal: Deno.stdout.isTerminal(),
  };
  const stderr: Outlet = { write: bytesToStderr, isTerminal: Deno.stderr.isTerminal() };
  // Stdout is reserved for the program of a run, or for the result.
  const taken = options.programOnly ? { ...stderr, isTerminal: false } : stderr;
  const progress = options.quiet || options.passOutput ? undefined : await showing.begin(plan, options);
  const output = new PassedOutput({
    stdout: options.programOnly || options.resultOnly ? taken : stdout,
    stderr: taken,
    several: options.several ?? plan.each.length > 1,
    addresses: options.addresses ?? false,
    before: showing.clear,
    mask: () => hidden.some ? hidden.maskValues : undefined,
  });
  const reportAll = (event: RunEvent) => {
    // Output is part of the stream of events, or not wanted.
    if (options.quiet || mode !== "json" && mode !== "quiet") output.report(event);
    progress?.report(event);
  };
  const report = options.passOutput
    ? (options.programOnly ? programOnly((event) => output.report(event)) : passOn)
    : reportAll;
  return { report, end: () => progress?.end() };
}

/** Returns a report that writes the output of programs unchanged, and passes all other events on. */
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

/** Writes the output of programs to the stream that they wrote it to, and throws where it has no reader, which ends them. */
function passOn(event: RunEvent): void {
  if (event.kind === "bytes") {
    return event.stream === "stdout" ? writeStdout(event.bytes) : writeStderr(event.bytes);
  }
  if (event.kind !== "output") return;
  if (event.stream === "stdout") toStdout(`${event.line}\n`);
  else writeStderr(new TextEncoder().encode(`${event.line}\n`));
}
