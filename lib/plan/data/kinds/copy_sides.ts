/**
 * Commands at the ends of a copy: on this machine, or over ssh.
 *
 * @module
 */
import type { Command } from "../../../ports/mod.ts";
import type { Effect, Step } from "../../../step/step.ts";
import type { Side } from "../copy/copy.ts";
import { overSsh } from "../../../ssh/ssh.ts";

/** A command of one end. */
export function onSide({ ssh, machine }: Side, command: Command): Command {
  if (ssh === undefined) return command;
  const over = overSsh(ssh, command, !machine.isRoot);
  return over.trees ? { ...over, trees: over.trees.map((one) => ({ ...one, there: true as const })) } : over;
}

/** A step of one end; its title says which. */
export function sideStep(
  side: Side,
  title: string,
  command: Command,
  more: Partial<Omit<Extract<Effect, { kind: "run" }>, "kind">> = {},
): Step {
  return { title: `${title}${side.where}`, effect: { kind: "run", ...onSide(side, command), ...more } };
}
