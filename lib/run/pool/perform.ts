/**
 * Carries out a change of an instance of a pool, as a step of a plan.
 *
 * @module
 */
import { StateError } from "../../base/errors.ts";
import type { PoolAct } from "../../step/pool.ts";
import type { ClaimStart } from "../../ports/machine_lock.ts";
import type { InstanceControl, InstanceServer } from "../../ports/mod.ts";
import type { RunEvent } from "../events.ts";
import { unlessAborted } from "../wait/pauses.ts";
import { clockOf, type PoolPorts } from "./ports.ts";

/** The part of a run that an act needs. */
interface PoolRun {
  /** Name of the instance, for reports. */
  readonly instance: string;
  readonly controls: {
    readonly server: InstanceServer;
    readonly control: InstanceControl;
    readonly claim?: ClaimStart;
  };
  readonly report: (event: RunEvent) => void;
  readonly signal: AbortSignal;
}

/** Carries out one act. */
export async function performPool(
  act: PoolAct,
  { instance, controls, report, signal }: PoolRun,
): Promise<void> {
  const { control, claim } = controls;
  const server = untilAborted(controls.server, signal);
  const ports: PoolPorts = {
    server,
    control,
    ...(claim ? { claim } : {}),
    signal,
    now: clockOf(server),
    random: () => crypto.randomUUID(),
  };
  switch (act.act) {
    case "acquire": {
      const { lease, refill } = await (await import("./acquire.ts")).acquire(act, ports);
      return report({ kind: "lease", instance, lease, ...(refill ? { refill } : {}) });
    }
    case "refill":
      return await (await import("./refill.ts")).refill(act, ports);
    case "mark":
      return await (await import("./refill.ts")).mark(act, ports);
    case "renew": {
      const lease = await (await import("./release.ts")).renew(act, ports);
      return report({ kind: "lease", instance, lease });
    }
    case "release":
      return await (await import("./release.ts")).release(act, ports);
    case "warm":
      return await (await import("./warm.ts")).warm(act, ports);
    case "retire":
      if (await (await import("./remove.ts")).retire(act, ports) || act.lenient) return;
      throw new StateError(
        `Instance "${act.instance.name}" is not removed: it is leased or kept, or it was replaced`,
        {
          advice: [`To look at its owner: lxops pool status ${act.pool}`],
        },
      );
    case "forget":
      return await (await import("./remove.ts")).forget(act, ports);
    default:
      act satisfies never;
  }
}

/** Returns a daemon whose answers to questions are not waited for after an interruption. */
function untilAborted(server: InstanceServer, signal: AbortSignal): InstanceServer {
  return {
    ...server,
    get: async (path) => await unlessAborted(server.get(path), signal),
    instance: async (ref) => await unlessAborted(server.instance(ref), signal),
    instanceState: async (ref) => await unlessAborted(server.instanceState(ref), signal),
  };
}
