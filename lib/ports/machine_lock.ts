/**
 * Locks of directories of this machine, which keep runs of lxops at its different daemons apart, starts of two instances
 * with the same data, and commands from directories whose content another one replaces.
 *
 * @module
 */
import type { Devices, InstanceRef } from "./mod.ts";

/** A directory that a run works on. */
export interface DirectoryUse {
  readonly directory: string;
  /** Name of the instance that it is for; absent: the command changes the directory itself. */
  readonly instance?: string;
  /** No other instance is to have it at the same time. */
  readonly own: boolean;
  /** The command moves, replaces or removes it or its content: no other command works on it meanwhile. */
  readonly replaced?: true;
  /** Keys of the directory, as `Host.directoryKeys()` returns them. */
  readonly keys?: readonly string[];
}

/** An instance that is to start; one that does not exist yet has the devices that it will have. */
export interface Starting extends InstanceRef {
  /** Its own devices. */
  readonly devices?: Devices;
  /** Names of the profiles whose devices it has, too. */
  readonly profiles?: readonly string[];
}

/**
 * Locks the directories of an instance that is to start against commands of the machine's other daemon; returns the
 * function that gives them up, or `undefined` where there are none.
 */
export type ClaimStart = (starting: Starting) => Promise<(() => Promise<void>) | undefined>;

/** A run of lxops with the directories that it works on; their paths have no symbolic links. */
export interface MachineRun {
  readonly program: string;
  readonly command: string;
  readonly user: string;
  readonly pid: number;
  readonly since: string;
  readonly uses: readonly DirectoryUse[];
}

/** Another run that works on a directory, as far as it tells. */
export interface OtherRun extends Partial<Omit<MachineRun, "uses">> {
  readonly use: DirectoryUse;
}

/** Directories that a run has locked. */
export interface HeldDirectories {
  /** Another run has worked on one of them since the runs were looked at. */
  readonly hasChanged: boolean;
  /** Paths of foreign files among the locks: they are left alone, and lock nothing. */
  readonly foreign: readonly string[];
  /** Gives them up. */
  release(): Promise<void>;
}

/** A look at other runs of this machine. */
export interface RunsSeen {
  /** Names of those that had ended by then, and are not forgotten yet. */
  readonly ended: ReadonlySet<string>;
  /** The moment, by a clock that stands still while the machine sleeps, in milliseconds. */
  readonly at: number;
}

/** The locks of this machine, for runs at one of its daemons. */
export interface MachineLocks {
  /** Looks at the runs. */
  look(): Promise<RunsSeen>;
  /** Locks the directories of a run, or returns another one that is in the way. */
  take(run: MachineRun, since: RunsSeen, signal: AbortSignal): Promise<HeldDirectories | OtherRun>;
}
