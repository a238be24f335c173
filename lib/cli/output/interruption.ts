/**
 * What a signal does to a command: what changes something is brought to an end in good order; what only looks, reads
 * or asks a person has nothing to bring to an end, and is left, whatever it waits for.
 *
 * @module
 */
import { EXIT, InterruptedError } from "../../base/errors.ts";

/** How long a command that is told to end may take to say by itself what became of it. */
const LOOKING_MS = 300;
const CHANGED_MS = 2000;

/** Follows what one command does. */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #left = Promise.withResolvers<number>();
  readonly #complain: (text: string) => void;
  #changing = 0;
  #changed = false;

  constructor(complain: (text: string) => void) {
    this.#complain = complain;
  }

  /** Aborts with an `InterruptedError`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Interrupts the command. */
  readonly interrupt = (): void => {
    this.#controller.abort(new InterruptedError("Interrupted"));
    this.#leaveSoon();
  };

  /** From here until `end()` something is changed, which nobody leaves in the middle. */
  begin(): void {
    this.#changing++;
    this.#changed = true;
  }

  end(): void {
    this.#changing--;
    if (this.signal.aborted) this.#leaveSoon();
  }

  /** The exit code of a command, or of leaving it. */
  async outcome(command: Promise<number>): Promise<number> {
    return await Promise.race([command, this.#left.promise]);
  }

  #leaveSoon(): void {
    setTimeout(() => {
      if (this.#changing > 0) return;
      // Of a command that changed something, `apply()` has said what became of that.
      this.#complain(this.#changed ? "lxops: Interrupted" : "lxops: Interrupted; nothing was changed");
      this.#left.resolve(EXIT.interrupted);
    }, this.#changed ? CHANGED_MS : LOOKING_MS);
  }
}
