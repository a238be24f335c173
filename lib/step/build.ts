/**
 * Builders of the two most common steps: a program that the host runs, and a request to the daemon.
 *
 * @module
 */
import type { Command, Request } from "../ports/mod.ts";
import type { Effect, Step } from "./step.ts";

/** A step without its title and its effect. */
export type StepDetails = Omit<Step, "title" | "effect">;

/** Details of an effect that runs a program. */
export type RunDetails = Pick<Extract<Effect, { kind: "run" }>, "busyText" | "counts">;

/** Details of an effect that sends a request. */
export type SendDetails = Pick<Extract<Effect, { kind: "send" }>, "already">;

/** Returns the effect that runs a program on the host. */
export function runEffect(command: Command, details: RunDetails = {}): Effect {
  return { kind: "run", ...command, ...details };
}

/** Returns the effect that sends a request to the daemon. */
export function sendEffect(request: Request, details: SendDetails = {}): Effect {
  return { kind: "send", ...request, ...details };
}

/** Returns the step that runs a program on the host. */
export function run(title: string, command: Command, details: StepDetails & RunDetails = {}): Step {
  const { busyText, counts, ...rest } = details;
  const effect = runEffect(command, {
    ...(busyText === undefined ? {} : { busyText }),
    ...(counts === undefined ? {} : { counts }),
  });
  return { title, effect, ...rest };
}

/** Returns the step that sends a request to the daemon. */
export function send(title: string, request: Request, details: StepDetails & SendDetails = {}): Step {
  const { already, ...rest } = details;
  return { title, effect: sendEffect(request, already === undefined ? {} : { already }), ...rest };
}
