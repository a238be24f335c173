/**
 * Hooks, secrets and kept files of an instance, as data.
 *
 * @module
 */
import type { Location } from "../base/errors.ts";
import type { UserProgram } from "../ports/launcher.ts";
import type { Exec, InstanceRef } from "../ports/mod.ts";

/** A hook: a program of the host, or a script that runs in an instance. */
export interface HookRun {
  /** Path of the program, for messages. */
  readonly path: string;
  readonly location?: Location;
  readonly how: { readonly in: "host"; readonly program: UserProgram } | GuestHook;
  /** Values of its environment that are not to be shown. */
  readonly secrets: readonly string[];
}

/** A script of the user's that runs in an instance; the input has it, with its variables. */
export interface GuestHook {
  readonly in: "guest";
  readonly exec: Exec;
  readonly timeoutSeconds: number;
}

/** A script that writes secrets into an instance; its input has them. */
export interface SecretDelivery {
  readonly exec: Exec;
  /** Parts of the input that are not to be shown. */
  readonly secrets: readonly (string | { readonly text: string; readonly shown: string })[];
  readonly timeoutSeconds: number;
}

/** A change of the kept files of an instance; `keep` is the key of the configuration. */
export type Keeping =
  & { readonly instance: InstanceRef; readonly keep: readonly string[] }
  & (
    /** They are saved in a file of the instance, on a device; with `optional` a failure is only noted. */
    | { readonly how: "save"; readonly store: string; readonly optional?: true }
    /** Saved ones, in a file of the host, are put into an instance that does not run. */
    | { readonly how: "restore"; readonly path: string }
    /** Files of another instance, and what it has saved, are put into an instance that does not run. */
    | { readonly how: "move"; readonly from: InstanceRef; readonly store?: string }
  );
