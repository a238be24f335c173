/**
 * Events of a plan that is carried out; `cli/` renders them.
 *
 * @module
 */
import type { Amount } from "../ports/copy.ts";
import type { Lease, Refill } from "../step/pool.ts";
import type { Step } from "../step/step.ts";

/** Event of a run; `instance` is empty for steps that come before all instances. */
export type RunEvent =
  | { readonly kind: "start"; readonly instance: string; readonly step: Step }
  | {
    readonly kind: "progress";
    readonly instance: string;
    readonly text: string;
    /** The bytes that were copied so far, if known. */
    readonly amount?: Amount;
  }
  | {
    readonly kind: "output";
    readonly instance: string;
    readonly line: string;
    readonly stream: "stdout" | "stderr";
  }
  /** Output that is passed on unchanged; the bytes are valid until the report returns. */
  | {
    readonly kind: "bytes";
    readonly instance: string;
    readonly bytes: Uint8Array;
    readonly stream: "stdout" | "stderr";
  }
  /** Address of an instance that is ready. */
  | { readonly kind: "address"; readonly instance: string; readonly address: string }
  /** A lease that was taken, or renewed. */
  | {
    readonly kind: "lease";
    readonly instance: string;
    readonly lease: Lease;
    /** The work that is left for the pool; absent: none, or another process tends it. */
    readonly refill?: Refill;
  }
  | { readonly kind: "item"; readonly instance: string; readonly title: string }
  | {
    readonly kind: "item-done";
    readonly instance: string;
    readonly title: string;
    readonly seconds?: number;
    readonly skipped: boolean;
  }
  | { readonly kind: "done"; readonly instance: string; readonly step: Step; readonly seconds: number }
  | { readonly kind: "failed"; readonly instance: string; readonly step: Step; readonly error: Error }
  /** A step begins to be taken back. */
  | { readonly kind: "undo-start"; readonly instance: string; readonly title: string }
  | { readonly kind: "undo"; readonly instance: string; readonly title: string; readonly error?: Error }
  | { readonly kind: "note"; readonly instance: string; readonly text: string }
  /** Programs may ask the user something on the terminal from now on, such as the password of sudo. */
  | { readonly kind: "asks"; readonly instance: string };

/** Receives events; must not throw. */
export interface Reporter {
  report(event: RunEvent): void;
}
