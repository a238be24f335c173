/**
 * Events of a call, for programs that show progress.
 *
 * @module
 */
import type { Issue, LxopsError } from "../base/errors.ts";
import { asLxopsError } from "../run/unexpected.ts";
import type { RunEvent } from "../run/events.ts";

/** An event of a call. `instance` is empty where it concerns none, or all. Values of secret settings are `***`. */
export type CallEvent =
  /** A step begins, such as `Create instance php1`. */
  | { readonly kind: "step"; readonly instance: string; readonly title: string }
  | {
    readonly kind: "step-done";
    readonly instance: string;
    readonly title: string;
    readonly seconds: number;
  }
  | {
    readonly kind: "step-failed";
    readonly instance: string;
    readonly title: string;
    readonly error: LxopsError;
  }
  /** A step goes on: `40 %`. */
  | { readonly kind: "progress"; readonly instance: string; readonly text: string }
  /** An item of a cloud-config begins. */
  | { readonly kind: "item"; readonly instance: string; readonly title: string }
  /** An item of a cloud-config is done, or was done before. */
  | {
    readonly kind: "item-done";
    readonly instance: string;
    readonly title: string;
    readonly seconds: number;
    readonly skipped: boolean;
  }
  /** A line that a program of a step prints. */
  | {
    readonly kind: "line";
    readonly instance: string;
    readonly line: string;
    readonly stream: "stdout" | "stderr";
  }
  /** Output of commands of a cloud-config, or of the program of `run()`. */
  | {
    readonly kind: "output";
    readonly instance: string;
    readonly bytes: Uint8Array;
    readonly stream: "stdout" | "stderr";
  }
  /** An instance is ready, and has this address. */
  | { readonly kind: "address"; readonly instance: string; readonly address: string }
  /** A step was taken back after a failure, or could not be. */
  | {
    readonly kind: "undo";
    readonly instance: string;
    readonly title: string;
    readonly error?: LxopsError;
  }
  /** A note, such as what the call waits for. */
  | { readonly kind: "note"; readonly instance: string; readonly text: string }
  /** A warning about a configuration file. */
  | { readonly kind: "warning"; readonly issue: Issue };

/** Returns an event of a plan for programs; bytes come through `output` only. */
export function toCallEvent(event: RunEvent, mask: (text: string) => string): CallEvent | undefined {
  const { instance } = event;
  switch (event.kind) {
    case "start":
      return { kind: "step", instance, title: mask(event.step.title) };
    case "done":
      return { kind: "step-done", instance, title: mask(event.step.title), seconds: event.seconds };
    case "failed":
      return {
        kind: "step-failed",
        instance,
        title: mask(event.step.title),
        error: asLxopsError(event.error),
      };
    case "progress":
    case "note":
      return { kind: event.kind, instance, text: mask(event.text) };
    case "item":
      return { kind: "item", instance, title: mask(event.title) };
    case "item-done":
      return {
        kind: "item-done",
        instance,
        title: mask(event.title),
        seconds: event.seconds ?? 0,
        skipped: event.skipped,
      };
    case "output":
      return { kind: "line", instance, line: mask(event.line), stream: event.stream };
    case "address":
      return { kind: "address", instance, address: event.address };
    case "undo":
      return {
        kind: "undo",
        instance,
        title: mask(event.title),
        ...(event.error ? { error: asLxopsError(event.error) } : {}),
      };
    case "bytes":
    case "lease":
    case "undo-start":
    case "asks":
      return undefined;
  }
}
