/**
 * Options of a command line for a throw-away instance, as data.
 *
 * @module
 */
import type { Devices, FileCopy } from "../../ports/mod.ts";
import type { Program } from "../../step/program.ts";
import type { Wait } from "../../step/step.ts";
import type { PlanOptions } from "../world.ts";

/** The ends of a run after which a throw-away instance is kept. */
export type Keep = "never" | "on-failure" | "always";

/** Conditions for the start of a program. */
export interface Readiness {
  readonly until: Wait["until"];
  /** A name that the instance has to resolve. */
  readonly resolves?: string;
}

/** Options of the command line for a throw-away instance. */
export interface RunOptions extends PlanOptions {
  /** The run of lxops that makes the instance, as `runText()` renders it. */
  readonly run: string;
  readonly config: Readonly<Record<string, string>>;
  readonly devices: Devices;
  /**
   * The profiles that the command line names, which come in the place of those of a configuration, and whose devices
   * the instance gets all; absent: the profiles of the configuration, without what they share with other instances.
   */
  readonly profiles?: readonly string[];
  /** The network of its NIC; `none`: it has none; absent: those of its profiles. */
  readonly net?: string;
  readonly keep: Keep;
  readonly ready: Readiness;
  /** Files that are copied in before the program starts, and out once it has ended well. */
  readonly copies: readonly Omit<FileCopy, "instance">[];
  /** Volumes that runs have in common, by name, with their paths in the instance. */
  readonly caches: readonly { readonly name: string; readonly path: string }[];
  /** A port of this machine that leads to the SSH server of the instance. */
  readonly ssh?: { readonly address: string; readonly port: number };
  /** The program, and whether it uses the terminal; absent: the run lasts until the instance stops. */
  readonly program?: Omit<Program, "instance"> & { readonly terminal: boolean };
  /** Other runs of lxops run programs in the instance, and remove it. */
  readonly leaves?: true;
  /** Longest wait for the end of the instance once it is removed, in seconds; absent: until it is gone. */
  readonly goneSeconds?: number;
  /** Longest time to wait until the instance stops, in seconds. */
  readonly lastsSeconds: number;
}
