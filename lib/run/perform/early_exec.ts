/**
 * Early start of a batch's program, while its instance still waits for its network: a daemon takes 40 ms to start a
 * program, and the program does nothing before it gets input.
 *
 * @module
 */
import type { InstanceControl, OnBytes } from "../../ports/mod.ts";
import type { Batch, Step } from "../../step/step.ts";

/** A program that waits for its input. */
export interface EarlyExec extends Pick<InstanceControl, "pipe"> {
  /** The module that will read the program's output, which is loaded meanwhile. */
  readonly reader: Promise<typeof import("./batch.ts")>;
  /** Ends the program, which has done nothing; returns when it has ended. */
  cancel(): Promise<void>;
}

/**
 * Returns the batch that can be started during a step: the next one, where the step waits for no more than an
 * address.
 */
export function batchAfter(step: Step, next: Step | undefined): Batch | undefined {
  const { effect } = step;
  if (effect.kind !== "wait" || effect.pauseSeconds || next?.effect.kind !== "batch") return undefined;
  const { project, name } = next.effect.instance;
  if (effect.instance.project !== project || effect.instance.name !== name) return undefined;
  return effect.until.every((one) => ADDRESSES.includes(one)) ? next.effect : undefined;
}

const ADDRESSES: readonly string[] = ["network", "ipv4", "ipv6"];

/**
 * Starts a batch's program without its input; `pipe()` gives it that. A program that ended before, as where the
 * instance could not run programs yet, is started again by `pipe()`.
 */
export function startEarly(
  batch: Batch,
  control: Pick<InstanceControl, "pipe">,
  signal: AbortSignal,
): EarlyExec {
  const input = Promise.withResolvers<void>();
  const cancelled = new AbortController();
  const output = new HeldOutput();
  let isOver = false;
  const end = control.pipe(batch, output.onBytes, AbortSignal.any([signal, cancelled.signal]), input.promise)
    .finally(() => isOver = true);
  end.catch(() => {});
  const reader = import("./batch.ts");
  // The performer of the batch raises the error of a module that cannot be loaded.
  reader.catch(() => {});
  return {
    reader,
    async pipe(again, onBytes, signal) {
      if (isOver) return await control.pipe(again, onBytes, signal);
      const onAbort = () => cancelled.abort(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      output.pass(onBytes);
      input.resolve();
      try {
        return await end;
      } finally {
        signal.removeEventListener("abort", onAbort);
      }
    },
    async cancel() {
      cancelled.abort();
      await end.catch(() => {});
    },
  };
}

/** Limit of output that is kept until it is read: a shell that waits for its script prints nothing. */
const HELD = 65536;

/** A buffer of the last output until it is read. */
class HeldOutput {
  #held: Parameters<OnBytes>[] = [];
  #size = 0;
  #dropped = false;
  #to: OnBytes | undefined;

  readonly onBytes: OnBytes = (bytes, stream) => {
    if (this.#to) this.#to(bytes, stream);
    else this.#hold(bytes.slice(-HELD), stream);
  };

  #hold(...held: Parameters<OnBytes>): void {
    this.#held.push(held);
    this.#size += held[0].length;
    while (this.#size > HELD && this.#held.length > 1) {
      this.#size -= this.#held.shift()![0].length;
      this.#dropped = true;
    }
  }

  pass(to: OnBytes): void {
    this.#to = to;
    if (this.#dropped) to(new TextEncoder().encode(TOO_MUCH), "stderr");
    for (const [bytes, stream] of this.#held.splice(0)) to(bytes, stream);
  }
}

const TOO_MUCH = "(what the shell printed before this was too much to be kept)\n";
