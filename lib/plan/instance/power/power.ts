/**
 * Plans `instance start` and `instance restart`: instances run, whatever state they were in.
 *
 * @module
 */
import { refuse, type StateError, UsageError } from "../../../base/errors.ts";
import type { InstanceInfo, InstanceRef } from "../../../ports/mod.ts";
import { send } from "../../../step/build.ts";
import type { InstancePlan, Step, Wait } from "../../../step/step.ts";
import {
  freezeInstance,
  restartInstance,
  startInstance,
  unfreezeInstance,
} from "../../requests/instances.ts";
import { isFreezing, isHalted, settleStep } from "./freezing.ts";
import { stopEffect, stopStep } from "./stop.ts";
import { FROZEN_MARK } from "../../runs.ts";

/** Options of the command line for a start. */
export interface PowerOptions {
  /** Stop it first where it runs. */
  readonly restart: boolean;
  /** Longest wait for a clean stop before the instance is killed, in seconds. */
  readonly stopSeconds: number;
  /** Conditions to wait for once the instance runs; empty: none. */
  readonly until: Wait["until"];
  readonly timeoutSeconds: number;
}

/**
 * Checks that conditions to wait for can come true.
 *
 * @throws {UsageError}
 */
export function checkUntil({ until }: Pick<PowerOptions, "until">): void {
  if (!until.includes("stopped")) return;
  throw new UsageError(`--until takes conditions of a running instance, not "stopped"`);
}

/** Plans a stop, cleanly within so many seconds or else by force; none where it is stopped. */
export function planStop(info: InstanceInfo, seconds: number): InstancePlan {
  const instance: InstanceRef = { project: info.project, name: info.name };
  if (info.status === "Stopped") return { instance, steps: [], notes: [`"${info.name}" is stopped already`] };
  return {
    instance,
    steps: [{ title: `Stop instance ${info.name}`, effect: stopEffect(instance, seconds) }],
  };
}

/**
 * Plans a freeze of an instance's processes, or its end.
 *
 * @throws {StateError} where its state allows none, or lxops itself keeps it frozen
 */
export function planFreeze(info: InstanceInfo, freeze: boolean): InstancePlan {
  const instance: InstanceRef = { project: info.project, name: info.name };
  const [from, to, verb] = freeze ? ["Running", "Frozen", "freeze"] : ["Frozen", "Running", "unfreeze"];
  const freezes = isFreezing(info);
  if (info.config[FROZEN_MARK] !== undefined || info.status !== from && info.status !== to && !freezes) {
    throw refused(info, verb!);
  }
  if (info.status === to) {
    return { instance, steps: [], notes: [`"${info.name}" is ${to.toLowerCase()} already`] };
  }
  if (freezes && freeze) return { instance, steps: [settleStep(info)] };
  const request = freeze ? freezeInstance(instance) : unfreezeInstance(instance);
  const step = send(`${freeze ? "Freeze" : "Unfreeze"} instance ${info.name}`, request);
  return { instance, steps: [...(freezes ? [settleStep(info)] : []), step] };
}

/**
 * Plans the start of one instance.
 *
 * @throws {StateError} where its state allows none
 */
export function planPower(info: InstanceInfo, options: PowerOptions): InstancePlan {
  const instance: InstanceRef = { project: info.project, name: info.name };
  const steps = stateSteps(info, instance, options);
  const note = steps.length === 0
    ? `"${info.name}" runs already`
    : options.restart && info.status === "Stopped"
    ? `"${info.name}" was stopped`
    : undefined;
  const wait: Step[] = options.until.length === 0 ? [] : [{
    title: `Wait for ${options.until.join(", ")}`,
    effect: { kind: "wait", instance, until: options.until, timeoutSeconds: options.timeoutSeconds },
  }];
  return { instance, steps: [...steps, ...wait], ...(note === undefined ? {} : { notes: [note] }) };
}

function stateSteps(info: InstanceInfo, ref: InstanceRef, options: PowerOptions): Step[] {
  // Another client may have started it meanwhile, which is no failure.
  const start = send(`Start instance ${ref.name}`, startInstance(ref), { already: "already running" });
  switch (info.status) {
    case "Stopped":
      return [start];
    case "Running":
      if (!options.restart) return [];
      // An ephemeral instance would be deleted when it stops.
      if (info.ephemeral) {
        return [send(`Restart instance ${ref.name}`, restartInstance(ref, options.stopSeconds))];
      }
      return [
        { ...stopStep(ref, options.stopSeconds), opens: { kind: "stop", ...ref } },
        { ...start, closes: { kind: "stop", ...ref } },
      ];
    default:
      throw refused(info, options.restart ? "restart" : "start");
  }
}

/**
 * Refuses an action that runs programs in a frozen instance, or waits for it.
 *
 * @throws {StateError}
 */
export function refuseFrozen(info: InstanceInfo, action: string): void {
  if (isHalted(info)) throw refused(info, action);
}

/** Returns a note about an instance that is frozen, which no change of its configuration ends; `undefined` for others. */
export function frozenNote(info: InstanceInfo): string | undefined {
  if (!isHalted(info)) return undefined;
  const { name, config } = info;
  return config[FROZEN_MARK] !== undefined
    ? `"${name}" is frozen by lxops, for a snapshot, an export, a copy or a rehearsal that runs or was cut off`
    : `"${name}" is frozen, and stays so; to unfreeze it: ${unfreezeCommand(info)}`;
}

function unfreezeCommand({ name, project }: Pick<InstanceInfo, "name" | "project">): string {
  return `lxops unpause${project && project !== "default" ? ` --project ${project}` : ""} ${name}`;
}

function refused({ name, project, status, config }: InstanceInfo, action: string): StateError {
  const state = status.toLowerCase();
  const why = config[FROZEN_MARK] !== undefined
    ? "it is frozen by lxops, for a snapshot, an export, a copy or a rehearsal that runs or was cut off"
    : state === "error"
    ? 'the daemon gives its state as "Error": the cluster member that it is on may not answer'
    : `it is ${state}`;
  const advice = config[FROZEN_MARK] !== undefined
    ? [
      "Wait for that command, or run it again: it unfreezes the instance at its end",
      `If it was killed: ${unfreezeCommand({ name, project })}`,
    ]
    : state === "frozen"
    ? [`To unfreeze it: ${unfreezeCommand({ name, project })}`]
    : [];
  return refuse(`Cannot ${action} instance "${name}"`, why, advice);
}
