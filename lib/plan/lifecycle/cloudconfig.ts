/**
 * Plans `cloudconfig`, which applies files to an instance without a configuration file.
 *
 * @module
 */
import { noInstance } from "../../base/missing.ts";
import { compile, leftOut } from "../../cloudconfig/compile/compile.ts";
import type { Order } from "../../cloudconfig/model/order.ts";
import type { CloudConfig } from "../../cloudconfig/sections/mod.ts";
import { StateError } from "../../base/errors.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { applySteps, choose } from "./configure.ts";
import type { FoundOS } from "../instance/resolve/ostype.ts";
import { isMachine, isRunning, startAdvice } from "../instance/ownership.ts";
import type { PlanOptions } from "../world.ts";

/** Longest wait for the agent of a virtual machine. */
const AGENT_SECONDS = 60;

/** Options for applying files to an instance. */
export interface CloudConfigOptions extends Pick<PlanOptions, "only" | "stepSeconds" | "random"> {
  readonly order: Order;
  /** Text of the instance's journal, whose items are skipped; absent: all items are applied. */
  readonly journal?: string;
}

/**
 * Returns the given instance, where files can be applied to it.
 *
 * @throws {StateError} where there is none, or it does not run
 */
export function runningInstance(ref: InstanceRef, info: InstanceInfo | undefined): InstanceInfo {
  const cannot = `Cannot apply cloud-config to instance "${ref.name}"`;
  if (!info) {
    throw noInstance(ref);
  }
  if (!isRunning(info)) {
    throw new StateError(`${cannot}: it is ${info.status.toLowerCase()}`, { advice: startAdvice(info) });
  }
  return info;
}

/**
 * Returns the step that waits for the agent of a virtual machine, which runs programs only some time after
 * the start.
 */
function agentStep(instance: InstanceRef): Step {
  return {
    title: "Wait for exec",
    effect: { kind: "wait", instance, until: ["exec"], timeoutSeconds: AGENT_SECONDS },
  };
}

/** Plans the application of files to a running instance, whether lxops made it or not. */
export function planCloudConfig(
  info: InstanceInfo,
  cloudConfigs: readonly CloudConfig[],
  { os, note }: FoundOS,
  options: CloudConfigOptions,
): InstancePlan {
  const instance = { project: info.project, name: info.name };
  const { journal, order, only = [] } = options;
  const all = compile(cloudConfigs, os, { order });
  const { items, notes, unsalted } = choose(all, journal, { all: false, only });
  const said = [...(note === undefined ? [] : [note]), ...leftOut(cloudConfigs, os), ...notes];
  const applied = applySteps(instance, items, {
    ...options,
    resume: journal !== undefined,
    unsalted,
    root: "used",
  });
  return {
    instance,
    steps: isMachine(info) && applied.length > 0 ? [agentStep(instance), ...applied] : applied,
    ...(said.length > 0 ? { notes: said } : {}),
  };
}
