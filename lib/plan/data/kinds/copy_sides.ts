/**
 * The two ends of a copy, and commands at them: on this machine, or over ssh.
 *
 * @module
 */
import type { InstanceFilesystem } from "../../../instance/instance.ts";
import type { Machine, Ssh } from "../../../ports/machine.ts";
import type { Command } from "../../../ports/mod.ts";
import { run, type RunDetails, runEffect, type StepDetails } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import type { HostKindName } from "../../storage/kinds/kind.ts";
import type { Builder } from "../../storage/kinds/replace_directory.ts";
import type { Target } from "../../world.ts";
import { overSsh } from "../../../ssh/ssh.ts";

/** An end of a copy. */
export interface Side {
  readonly target: Target;
  readonly machine: Machine;
  readonly ssh?: Ssh;
  /** The end of messages: ` on "host"`, or empty on this machine. */
  readonly where: string;
}

/** A filesystem that has a directory of a host. */
export type HostFilesystem = InstanceFilesystem & { readonly kind: HostKindName };

/** A filesystem that is copied, at both ends. */
export interface Pair {
  readonly from: HostFilesystem;
  readonly to: HostFilesystem;
}

/** Options of a copy, with both ends. */
export interface Copy {
  readonly from: Side;
  readonly to: Side;
  readonly snapshot: string;
  readonly take: boolean;
  readonly overwrite: boolean;
}

/** Steps of a part of a copy, or reasons why it is refused. */
export interface CopyPart {
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
  readonly refusals: readonly string[];
  /** True where the refusals say no more than that something exists. */
  readonly exists?: true;
}

/** Returns the command that runs a command at one end. */
export function onSide({ ssh, machine }: Side, command: Command): Command {
  if (ssh === undefined) return command;
  const over = overSsh(ssh, command, !machine.isRoot);
  return over.trees ? { ...over, trees: over.trees.map((one) => ({ ...one, there: true as const })) } : over;
}

/** Returns the step that runs a command at one end, which its title names. */
export function sideStep(
  side: Side,
  title: string,
  command: Command,
  details: StepDetails & RunDetails = {},
): Step {
  return run(`${title}${side.where}`, onSide(side, command), details);
}

/** Returns a builder of steps at one end. */
export function builderOf(side: Side): Builder {
  return {
    step: (title, command, details) => sideStep(side, title, command, details),
    effect: (command, details) => runEffect(onSide(side, command), details),
  };
}
