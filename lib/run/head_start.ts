/**
 * The program of a batch starts while its instance still waits for its network: a daemon takes 40 ms to start a
 * program, and one that has got no input yet does nothing.
 *
 * @module
 */
import type { InstanceControl, OnLine } from "../ports.ts";
import type { Batch, Step } from "../step.ts";

/** A program that waits for its input. */
export interface HeadStart extends Pick<InstanceControl, "exec"> {
  /** Ends the program, which has done nothing; returns when it is gone. */
  cancel(): Promise<void>;
}

/**
 * The batch that can be started during a step: the next one, where what is waited for is no more than an address.
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
 * Starts a batch's program without its input; `exec()` gives it that. A program that ended before, as where the
 * instance could not run programs yet, is started again by `exec()`.
 */
export function headStart(
  batch: Batch,
  control: Pick<InstanceControl, "exec">,
  signal: AbortSignal,
): HeadStart {
  const input = Promise.withResolvers<void>();
  const cancelled = new AbortController();
  const output = new HeldLines();
  let isOver = false;
  const end = control.exec(batch, output.onLine, AbortSignal.any([signal, cancelled.signal]), input.promise)
    .finally(() => isOver = true);
  end.catch(() => {});
  // What will read its output is loaded meanwhile.
  import("./perform_batch.ts");
  return {
    async exec(again, onLine, signal) {
      if (isOver) return await control.exec(again, onLine, signal);
      output.pass(onLine);
      input.resolve();
      return await end;
    },
    async cancel() {
      cancelled.abort();
      await end.catch(() => {});
    },
  };
}

/** Keeps lines until somebody wants them. */
class HeldLines {
  #held: Parameters<OnLine>[] = [];
  #to: OnLine | undefined;

  readonly onLine: OnLine = (line, stream) => {
    if (this.#to) this.#to(line, stream);
    else this.#held.push([line, stream]);
  };

  pass(to: OnLine): void {
    this.#to = to;
    for (const [line, stream] of this.#held.splice(0)) to(line, stream);
  }
}
