/**
 * The effect of signals on a command. A command that changes something ends in good order; a command that only
 * looks, reads or asks the user ends at once, whatever it waits for.
 *
 * @module
 */
import { EXIT, InterruptedError, type LxopsError } from "../../base/errors.ts";

/** The time in which an interrupted command may report its own end. */
const LOOKING_MS = 300;
const CHANGED_MS = 2000;

/** Number of the signal of Ctrl-C. */
const SIGINT = 2;

/** The interruption of one command. */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #left = Promise.withResolvers<number>();
  readonly #complain: (text: string) => void;
  #changing = 0;
  #changed = false;
  #bySignal = false;

  constructor(complain: (text: string) => void) {
    this.#complain = complain;
  }

  /** Aborts with an `InterruptedError`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Interrupts the command by the signal of a number. */
  readonly interrupt = (signal?: number): void => {
    this.interruptBy(new InterruptedError("Interrupted", [], { signal }));
  };

  /** Interrupts the command for a reason. */
  readonly interruptBy = (reason: InterruptedError): void => {
    this.stop(reason);
    this.#leaveSoon();
  };

  /** Stops the command for another reason, so that its steps end in good order. */
  readonly stop = (reason: LxopsError): void => {
    this.#controller.abort(reason);
  };

  /** Marks the begin of changes; until `end()`, a signal does not abandon the command. */
  begin(): void {
    this.#changing++;
    this.#changed = true;
  }

  end(): void {
    this.#changing--;
    if (this.signal.aborted) this.#leaveSoon();
  }

  /** Lets a signal give the command the exit code that it gives to programs: 128 and its number. */
  readonly endBySignal = (): void => {
    this.#bySignal = true;
  };

  /** Returns the exit code of a command, or of its abandonment. */
  async outcome(command: Promise<number>): Promise<number> {
    const code = await Promise.race([command, this.#left.promise]);
    const { aborted, reason } = this.signal;
    const isBySignal = this.#bySignal && aborted && code === EXIT.interrupted;
    return isBySignal && reason instanceof InterruptedError ? 128 + (reason.signal ?? SIGINT) : code;
  }

  /**
   * Returns the result of work that ends in good order.
   *
   * @throws {InterruptedError} where it is abandoned
   */
  async unlessLeft<T>(work: Promise<T>): Promise<T> {
    const left = this.#left.promise.then(() => {
      throw this.signal.reason;
    });
    left.catch(() => {});
    return await Promise.race([work, left]);
  }

  #leaveSoon(): void {
    setTimeout(() => {
      if (this.#changing > 0) return;
      // `apply()` has reported already what a command changed.
      this.#complain(this.#changed ? "lxops: Interrupted" : "lxops: Interrupted; nothing was changed");
      this.#left.resolve(EXIT.interrupted);
    }, this.#changed ? CHANGED_MS : LOOKING_MS);
  }
}
