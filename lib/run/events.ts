/**
 * Events of a plan that is carried out; `cli/` renders them.
 *
 * @module
 */
import type { Lease } from "../step/pool.ts";
import type { Step } from "../step/step.ts";

/** Event of a run; `instance` is empty for steps that come before all instances. */
export type RunEvent =
  | { readonly kind: "start"; readonly instance: string; readonly step: Step }
  | { readonly kind: "progress"; readonly instance: string; readonly text: string }
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
  | { readonly kind: "lease"; readonly instance: string; readonly lease: Lease }
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
  | { readonly kind: "undo"; readonly instance: string; readonly title: string; readonly error?: Error }
  | { readonly kind: "note"; readonly instance: string; readonly text: string };

/** Receives events; must not throw. */
export interface Reporter {
  report(event: RunEvent): void;
}
