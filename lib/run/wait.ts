/**
 * Waiting for an instance, without ever sleeping longer than what there is to notice.
 *
 * @module
 */
import { CommandError, ServerError, TimeoutError } from "../errors.ts";
import type { Address, InstanceControl, InstanceServer } from "../ports.ts";
import type { Wait } from "../step.ts";

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;

/** What waiting asks. */
export interface WaitPorts {
  readonly server: Pick<InstanceServer, "instanceState">;
  readonly control: Pick<InstanceControl, "exec">;
}

/**
 * Returns when all conditions hold.
 *
 * @throws {TimeoutError} when they do not in time
 * @throws {ServerError} when the instance is gone, or has stopped though it was not to stop
 */
export async function waitFor(wait: Wait, ports: WaitPorts, signal: AbortSignal): Promise<void> {
  if (wait.pauseSeconds) await sleep(wait.pauseSeconds * 1000, signal);
  const late = AbortSignal.timeout(wait.timeoutSeconds * 1000);
  const both = AbortSignal.any([signal, late]);
  const { name } = wait.instance;
  let pause = FIRST_PAUSE_MS;
  let missing: string = wait.until.join(", ");
  const timedOut = () =>
    new TimeoutError(`Instance "${name}" has no ${missing} after ${wait.timeoutSeconds} s`, [
      `To wait longer: --timeout SECONDS; what to wait for: "wait:" in the configuration`,
    ]);
  while (true) {
    const state = await ports.server.instanceState(wait.instance);
    if (!state) throw new ServerError(`Instance "${name}" is gone`, 404);
    if (state.status === "Stopped" && !wait.until.includes("stopped")) {
      throw new ServerError(`Instance "${name}" has stopped while it was waited for`, 0, undefined, [
        "The daemon's log of its start may tell why",
      ]);
    }
    const unmet = wait.until.find((condition) => condition !== "exec" && !holds(condition, state));
    if (unmet === undefined) {
      if (!wait.until.includes("exec") || await canExec(wait, ports, both)) return;
    }
    missing = describeCondition(unmet ?? "exec");
    signal.throwIfAborted();
    if (late.aborted) throw timedOut();
    await sleep(pause, both);
    pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS);
  }
}

/** Returns after so long, or as soon as the signal aborts. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}

type Condition = Wait["until"][number];

function holds(condition: Condition, state: { status: string; addresses: readonly Address[] }): boolean {
  switch (condition) {
    case "stopped":
      return state.status === "Stopped";
    case "network":
      return state.addresses.some((address) => address.scope === "global");
    case "ipv4":
      return state.addresses.some((address) => address.scope === "global" && address.family === "inet");
    case "ipv6":
      return state.addresses.some((address) => address.scope === "global" && address.family === "inet6");
    case "exec":
      return true;
  }
}

function describeCondition(condition: Condition): string {
  switch (condition) {
    case "stopped":
      return "end";
    case "network":
      return "address";
    case "ipv4":
      return "IPv4 address";
    case "ipv6":
      return "IPv6 address";
    case "exec":
      return "way to run programs";
  }
}

async function canExec(wait: Wait, ports: WaitPorts, signal: AbortSignal): Promise<boolean> {
  const argv = ["/bin/sh", "-c", ":"] as const;
  try {
    const code = await ports.control.exec({ instance: wait.instance, argv }, () => {}, signal);
    if (code === 127) {
      throw new CommandError(`Instance "${wait.instance.name}" has no /bin/sh`, argv, code);
    }
    return code === 0;
  } catch (error) {
    // The agent of a virtual machine that boots does not answer yet.
    if (error instanceof ServerError) return false;
    throw error;
  }
}
