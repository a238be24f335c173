/**
 * Plans what a pool needs, as steps of its instances.
 *
 * @module
 */
import type { FileCopy, InstanceRef, ServerInfo } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { IMAGE_MARK } from "../instance/marks.ts";
import { createInstance, type InstanceBody, startInstance } from "../requests/instances.ts";
import { STARTS } from "../throwaway/lifetime.ts";
import { copySteps, readySteps } from "../throwaway/steps.ts";
import type { Decision, Going } from "./decide.ts";
import type { Member } from "./members.ts";
import { memberDescription, memberName, POOL_KEYS } from "./names.ts";
import type { PoolSpec } from "./spec.ts";

/** A file that each new instance gets before its program starts. */
export type NewCopy = Omit<FileCopy, "instance">;

/** Values that new instances of a pool have in common. */
export interface Making {
  readonly spec: PoolSpec;
  readonly generation: string;
  readonly fingerprint: string;
  readonly extensions: ServerInfo["extensions"];
  /** A random text for names; absent: the plan is only shown. */
  readonly random: string | undefined;
}

/** Returns the body of the request that creates an instance of a pool. */
export function memberBody(
  name: string,
  { spec, generation, fingerprint, extensions }: Omit<Making, "random">,
): InstanceBody {
  return {
    name,
    type: spec.type,
    source: { type: "image", fingerprint },
    profiles: spec.profiles,
    config: {
      ...spec.config,
      [IMAGE_MARK]: spec.image,
      [POOL_KEYS.pool]: spec.pool,
      [POOL_KEYS.name]: name,
      [POOL_KEYS.generation]: generation,
      [POOL_KEYS.state]: "warming",
    },
    devices: spec.devices,
    // One that stops with the machine is gone, as it should be; one that waits stopped, or is set back, must stay.
    ephemeral: spec.ready !== "stopped" && spec.reset === "none",
    description: memberDescription(spec.pool),
    ...(extensions.has(STARTS) ? { start: true } : {}),
  };
}

/** Plans all that was decided, an instance a plan. */
export function planPool(
  decision: Decision,
  spec: PoolSpec,
  making: Making | undefined,
  copies: readonly NewCopy[] = [],
): InstancePlan[] {
  const { project, pool } = spec;
  const names = Array.from(
    { length: making ? decision.create : 0 },
    (_, index) => memberName(pool, making?.random, index),
  );
  return [
    ...decision.retire.map((going) => planRetirement(going, pool, true)),
    ...decision.warm.map((member) => planWarming(member, spec, copies)),
    ...(making ? names.map((name) => planMember(name, making, copies)) : []),
    ...decision.mark.map((member) => planMark(member, pool)),
    ...decision.forget.map((name) => planForgetting({ project, name }, pool)),
  ];
}

/** Plans a new instance, which goes again where it does not become ready. */
export function planMember(name: string, making: Making, copies: readonly NewCopy[] = []): InstancePlan {
  const { spec, extensions } = making;
  const instance = { project: spec.project, name };
  const request = createInstance(spec.project, memberBody(name, making));
  const makes = [{ kind: "instance", ...instance }] as const;
  const details = {
    makes,
    undo: removal(instance, spec),
    partly: "always",
  } as const;
  const begin = extensions.has(STARTS)
    ? [send(`Create and start instance ${name} of pool ${spec.pool}`, request, details)]
    : [
      send(`Create instance ${name} of pool ${spec.pool}`, request, details),
      send(`Start instance ${name}`, startInstance(instance)),
    ];
  return { instance, atomic: true, steps: [...begin, ...warmingSteps(instance, spec, copies)] };
}

/** Returns the effect that removes a new instance again. */
function removal(instance: InstanceRef, spec: PoolSpec) {
  return { kind: "pool", act: "retire", ...poolOf(spec), instance, uuid: "", why: "idle" } as const;
}

/** Plans the rest of an instance that an earlier run has begun. */
function planWarming(
  { project, name, status }: Member,
  spec: PoolSpec,
  copies: readonly NewCopy[],
): InstancePlan {
  const instance = { project, name };
  const isUp = status === "Running" || status === "Frozen";
  const start = isUp ? [] : [send(`Start instance ${name}`, startInstance(instance))];
  const [first, ...more] = [...start, ...warmingSteps(instance, spec, copies)];
  // One that does not become ready would keep its place from another one.
  const undo = { undo: removal(instance, spec), partly: "always" } as const;
  return { instance, atomic: true, steps: [...first ? [{ ...first, ...undo }] : [], ...more] };
}

/** Returns the steps from the start of an instance until it is ready. */
function warmingSteps(instance: InstanceRef, spec: PoolSpec, copies: readonly NewCopy[]): Step[] {
  const { until, resolves, readySeconds, type } = spec;
  const ready = { until, ...(resolves === undefined ? {} : { resolves }) };
  return [
    ...readySteps(instance, { ready, readySeconds }, type === "virtual-machine"),
    ...copySteps(instance, { copies }, "in"),
    {
      title: `Finish instance ${instance.name}`,
      effect: { kind: "pool", act: "warm", ...poolOf(spec), instance },
    },
  ];
}

/** Plans the removal of an instance; `lenient`: it stays where it has a lease by now. */
export function planRetirement({ member, why, reason }: Going, pool: string, lenient?: true): InstancePlan {
  const { project, name, uuid } = member;
  const instance = { project, name };
  return {
    instance,
    notes: [`Instance "${name}" of pool "${pool}" goes: ${reason}`],
    steps: [{
      title: `Remove instance ${name} of pool ${pool}`,
      effect: {
        kind: "pool",
        act: "retire",
        project,
        pool,
        instance,
        uuid,
        why,
        ...(lenient ? { lenient } : {}),
      },
      removes: [{ kind: "instance", ...instance }],
    }],
  };
}

/** Plans the note on an instance that it is taken. */
function planMark({ project, name }: Member, pool: string): InstancePlan {
  const instance = { project, name };
  const effect = { kind: "pool", act: "mark", project, pool, instance } as const;
  return { instance, steps: [{ title: `Note that instance ${name} is taken`, effect }] };
}

/** Plans the removal of the lease of an instance that is gone. */
export function planForgetting(
  instance: { readonly project: string; readonly name: string },
  pool: string,
): InstancePlan {
  return {
    instance,
    steps: [{
      title: `Remove the lease of instance ${instance.name}, which is gone`,
      effect: { kind: "pool", act: "forget", project: instance.project, pool, instance },
    }],
  };
}

function poolOf({ project, pool }: PoolSpec) {
  return { project, pool };
}
