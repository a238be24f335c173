/**
 * A plan whose directories are on another machine: its programs of the host run there, by ssh.
 *
 * @module
 */
import { ConfigError, type Issue } from "../../base/errors.ts";
import type { Ssh, There } from "../../ports/machine.ts";
import type { Command } from "../../ports/mod.ts";
import { overSsh } from "../../ssh/ssh.ts";
import { type Effect, type Plan, type Step, undoEffects } from "../../step/step.ts";
import { problem, type Target } from "../world.ts";

/**
 * Returns the machine that has the directories of all targets; absent: this one.
 *
 * @throws {ConfigError} where they are on several
 */
export function machineOf(targets: readonly Target[]): Ssh | undefined {
  const [first, ...others] = targets;
  const text = ({ instance }: Target) => JSON.stringify(instance.host ?? null);
  const other = others.find((one) => text(one) !== text(first!));
  if (!other) return first?.instance.host;
  throw new ConfigError([
    problem(
      other,
      "host",
      `Files of one command have one host, and this is another than that of "${first!.instance.file}"`,
    ),
  ]);
}

/**
 * Has a plan's programs run on another machine.
 *
 * @throws {ConfigError} where it reads or writes files of the machine that it is made on
 */
export function throughSsh(plan: Plan, there: There, targets: readonly Target[]): Plan {
  const refuse = (title: string): Issue =>
    problem(
      targets[0]!,
      "host",
      `"${title}" cannot be done on "${there.ssh.host}" from here: run lxops there, without the host`,
    );
  const change = (step: Step): Step => {
    const { effect, undo, undoAfterRun } = step;
    if (!isFeasible(effect)) throw new ConfigError([refuse(step.title)]);
    const all = (effects: readonly Effect[]) => effects.map((one) => moved(one, there));
    return {
      ...step,
      effect: moved(effect, there),
      ...(undo ? { undo: all(undoEffects(undo)) } : {}),
      ...(undoAfterRun ? { undoAfterRun: all(undoAfterRun) } : {}),
    };
  };
  return {
    first: plan.first.map(change),
    each: plan.each.map((one) => ({ ...one, steps: one.steps.map(change) })),
  };
}

/** Tells whether an effect needs only one machine. */
function isFeasible(effect: Effect): boolean {
  return FEASIBLE.includes(effect.kind) && (effect.kind !== "run" || staysThere(effect));
}

/**
 * Tells whether a program stays on its machine. One that connects to a third machine would do so with the
 * keys of the other machine.
 */
function staysThere({ argv: [program, ...args], pipe }: Command): boolean {
  const leaves = program === "ssh" || program === "rsync" && args.includes("-e");
  return !leaves && (!pipe || staysThere(pipe));
}

const FEASIBLE: readonly Effect["kind"][] = [
  "run",
  "send",
  "stop",
  "exec",
  "shell",
  "batch",
  "push",
  "wait",
  "check",
  "own",
  "hook",
  "secrets",
];

function moved(effect: Effect, there: There): Effect {
  if (effect.kind === "own") return { ...effect, there };
  return effect.kind === "run" ? { ...effect, ...movedCommand(effect, there) } : effect;
}

function movedCommand(command: Command, there: There): Command {
  const { pipe, ...one } = command;
  const over = overSsh(there.ssh, one, there.sudo);
  return pipe ? { ...over, pipe: movedCommand(pipe, there) } : over;
}
