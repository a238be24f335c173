/**
 * A program that calls lxops as the surroundings of a run: it gets events, and nothing is written.
 *
 * @module
 */
import type { Hidden } from "../cli/output/hidden.ts";
import { PassedOutput } from "../cli/output/passed_output.ts";
import type { Surroundings } from "../compose/surroundings.ts";
import type { RunEvent } from "../run/events.ts";
import { type CallEvent, toCallEvent } from "./events.ts";

/** Values that a call collects from its run. */
export interface Taken {
  /** Texts that the command would have printed. */
  readonly printed: string[];
  /** The address of each instance that was waited for. */
  readonly addresses: Map<string, string>;
  /** Gets what the program of a run prints. */
  onProgram: ((bytes: Uint8Array, stream: "stdout" | "stderr") => void) | undefined;
}

/** Returns surroundings that tell events. */
export function callSurroundings(
  tell: (event: CallEvent) => void,
  hidden: Hidden,
  taken: Taken,
): Surroundings {
  const note = (text: string) => tell({ kind: "note", instance: "", text: hidden.mask(text) });
  return {
    print: (text) => void taken.printed.push(hidden.maskValues(text)),
    printBytes: () => Promise.resolve(),
    complain: note,
    note,
    warn: (issue) => tell({ kind: "warning", issue: { ...issue, message: hidden.mask(issue.message) } }),
    confirm: () => Promise.resolve(true),
    follow: (_, { programOnly }) =>
      Promise.resolve({ report: following(tell, hidden, taken, programOnly ?? false), end: () => {} }),
    stdin: {
      text: () => Promise.resolve(undefined),
      bytes: () => Promise.resolve(new Uint8Array()),
      piped: () => Promise.resolve(undefined),
      isTerminal: () => false,
    },
    isInteractive: () => false,
    width: () => undefined,
    hasTerminal: () => false,
  };
}

/** Returns a report that tells the events of a plan. */
function following(
  tell: (event: CallEvent) => void,
  hidden: Hidden,
  taken: Taken,
  isRun: boolean,
): (event: RunEvent) => void {
  const outputs = new Map<string, PassedOutput>();
  const programs = new Set<string>();
  const outputOf = (instance: string) => {
    const found = outputs.get(instance) ?? new PassedOutput({
      stdout: outlet(instance, "stdout"),
      stderr: outlet(instance, "stderr"),
      several: false,
      addresses: false,
      before: () => {},
      mask: () => hidden.some ? hidden.maskValues : undefined,
    });
    outputs.set(instance, found);
    return found;
  };
  const outlet = (instance: string, stream: "stdout" | "stderr") => ({
    write: (bytes: Uint8Array) => tell({ kind: "output", instance, bytes, stream }),
    isTerminal: false,
  });
  return (event) => {
    const { instance } = event;
    if (event.kind === "bytes" && programs.has(instance)) {
      taken.onProgram?.(event.bytes, event.stream);
      return tell({ kind: "output", instance, bytes: event.bytes, stream: event.stream });
    }
    outputOf(instance).report(event);
    if (event.kind === "address") taken.addresses.set(instance, event.address);
    if (event.kind === "start" && isRun && event.step.effect.kind === "exec") programs.add(instance);
    if (event.kind === "done" || event.kind === "failed") programs.delete(instance);
    const told = toCallEvent(event, hidden.mask);
    if (told) tell(told);
  };
}
