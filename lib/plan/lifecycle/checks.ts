/**
 * The steps that check whether an instance serves, as its configuration says.
 *
 * @module
 */
import { noInstance } from "../../base/missing.ts";
import { StateError } from "../../base/errors.ts";
import type { Check as Configured } from "../../config/config.ts";
import { originOf } from "../../config/load/origins.ts";
import type { Check, Probe } from "../../step/check.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { isRunning, ownInstance, startAdvice } from "../instance/ownership.ts";
import { type PlanOptions, refOf, type Target, type World } from "../world.ts";

/** Length of a command in the name of a check. */
const LABEL = 40;

/**
 * Returns the steps that run the checks of a configuration, one for each.
 *
 * @param started the instance was started just before, so that the start periods count
 */
export function checkSteps(target: Target, { server }: Pick<World, "server">, started: boolean): Step[] {
  return target.instance.config.checks.map((configured, index) => {
    const probe = probeOf(configured);
    const label = configured.name || labelOf(probe);
    const location = originOf(target.loaded, `checks.${index}`);
    const check: Check = {
      instance: refOf(target.instance),
      label,
      probe,
      interval: configured.interval,
      timeout: configured.timeout,
      retries: configured.retries,
      startPeriod: started ? configured.startPeriod : 0,
      startInterval: configured.startInterval,
      ...(location ? { location } : {}),
      ...(probe.kind !== "exec" && server.extensions.has(FORWARDS) ? { forwards: true as const } : {}),
    };
    return {
      title: `Check ${label}`,
      effect: { kind: "check", ...check },
      advice: ["To run the checks again: lxops check, with the same flags and file"],
    };
  });
}

/** The extension of daemons that connect to ports in instances. */
export const FORWARDS = "instance_port_forward";

/** Returns the name of a check that has none. */
export function labelOf(probe: Probe): string {
  if (probe.kind === "tcp") return `tcp ${probe.port}`;
  if (probe.kind === "http") return `http ${probe.port}${probe.path}`;
  const [shell, flag, script] = probe.argv;
  const text = shell === SHELL[0] && flag === SHELL[1] && script ? script : probe.argv.join(" ");
  const line = text.replace(LOOKS, "").trim().replaceAll(/\s+/g, " ");
  return `exec ${line.length > LABEL ? `${line.slice(0, LABEL)}...` : line}`;
}

const SHELL = ["/bin/sh", "-c"] as const;

/** First line of scripts that only read. */
const LOOKS = ": check; ";

function probeOf({ exec, tcp, http }: Configured): Probe {
  if (tcp !== undefined) return { kind: "tcp", port: tcp };
  if (http) return { kind: "http", ...http };
  if (typeof exec === "string") return { kind: "exec", argv: [...SHELL, LOOKS + exec] };
  const [program = "", ...rest] = exec ?? [];
  return { kind: "exec", argv: [program, ...rest] };
}

/** Plans `check`, which runs the checks of a running instance. */
export function planChecks(
  target: Target,
  world: World,
  options: PlanOptions & { readonly once?: boolean },
): InstancePlan {
  const { instance } = target;
  const info = ownInstance(target, world, "check", { ...options, adopt: true });
  if (!info) throw noInstance(instance);
  if (!isRunning(info)) {
    throw new StateError(`Cannot check instance "${instance.name}": it is ${info.status.toLowerCase()}`, {
      advice: startAdvice(info),
    });
  }
  const steps = checkSteps(target, world, false).map((step) =>
    options.once && step.effect.kind === "check" ? { ...step, effect: { ...step.effect, retries: 1 } } : step
  );
  return {
    instance: refOf(instance),
    steps,
    ...(steps.length === 0 ? { notes: [`The configuration of "${instance.name}" has no checks`] } : {}),
  };
}
