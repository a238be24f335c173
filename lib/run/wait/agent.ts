/**
 * Questions that a virtual machine answers by its agent, which is there some time after the machine has started.
 *
 * @module
 */
import { AGENT_MISSING, ServerError, TimeoutError } from "../../base/errors.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { milliseconds, sleep } from "./pauses.ts";

const PAUSE_MS = 250;

/** Longest wait for a virtual machine's agent, unless the user says otherwise. */
export const AGENT_SECONDS = 60;

/**
 * Sends a request to an instance, again while the agent of a virtual machine does not answer yet.
 *
 * @throws {TimeoutError} with the daemon's words where it does not answer in time
 */
export async function askInstance<T>(
  info: Pick<InstanceInfo, "name" | "type">,
  ask: () => Promise<T>,
  seconds = AGENT_SECONDS,
  signal = new AbortController().signal,
): Promise<T> {
  const end = performance.now() + milliseconds(seconds);
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const missing = error instanceof ServerError && AGENT_MISSING.test(error.message);
      if (!missing || info.type !== "virtual-machine") throw error;
      if (performance.now() >= end) {
        throw new TimeoutError(
          `The agent of virtual machine "${info.name}" does not answer after ${seconds} s: ${error.message}`,
          ["Its image must have the agent; to wait longer: --timeout SECONDS, where the command has it"],
        );
      }
    }
    await sleep(Math.min(PAUSE_MS, Math.max(1, end - performance.now())), signal);
    signal.throwIfAborted();
  }
}
