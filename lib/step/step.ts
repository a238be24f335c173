/**
 * Changes that lxops will make, as data: a plan has steps, a step has one effect.
 *
 * @module
 */
import type { There } from "../ports/machine.ts";
import type { Command, Exec, FileCopy, InstanceRef, Push, Request, Transfer } from "../ports/mod.ts";
import type { Location } from "../base/errors.ts";
import type { Check } from "./check.ts";
import type { PoolAct } from "./pool.ts";
import type { Program } from "./program.ts";
import type { Fact, Opening } from "./facts.ts";
import type { Forget, Publish } from "./image_effects.ts";
import type { HookRun, Keeping, SecretDelivery } from "./provision.ts";

/** Until an instance is ready: `running`, has a global address (`network`), can run programs (`exec`),
 * has finished its start (`init`, or `systemd`, which it must have) or its `cloud-init`, or is `stopped`. */
export interface Wait {
  readonly instance: InstanceRef;
  readonly until:
    readonly ("network" | "ipv4" | "ipv6" | "exec" | "init" | "systemd" | "cloud-init" | "stopped")[];
  readonly timeoutSeconds: number;
  /** An instance that is gone has stopped: an ephemeral one, which may last long. */
  readonly orGone?: true;
  /** Pause before the first look, in seconds. */
  readonly pauseSeconds?: number;
}

/** Item of a batch. Marker lines in the batch's output show its start and end. */
export interface BatchItem {
  readonly title: string;
  readonly location?: Location;
  /** A command of the user, whose stdout and stderr are passed on as such. */
  readonly prints?: true;
  /** Its time limit where the batch has none, in seconds; absent: none. */
  readonly seconds?: number;
}

/** A part of a script that is not to be shown, and what may be shown in its place, where that is known. */
export type Secret = string | { readonly text: string; readonly shown: string };

/** A shell script over one exec that reports its items on marker lines; see `cloudconfig/batch.ts`. */
export interface Batch extends Exec {
  readonly items: readonly BatchItem[];
  /** An instance without a shell goes without it. */
  readonly optional?: true;
  /** The text that tells this batch's marker lines from other output. */
  readonly marker: string;
  /** Parts of the script that are not to be shown. */
  readonly secrets?: readonly Secret[];
  /** Longest wait for the shell to begin an item, in seconds. */
  readonly beginSeconds?: number;
  /** Time limit of an item, after which the shell ends it, in seconds; absent: none. */
  readonly itemSeconds?: number;
}

/** Brings the old instance of a rebuild back, as the instances say how far it came: `plan/lifecycle/return.ts`. */
export interface Return {
  readonly kind: "return";
  readonly instance: InstanceRef;
  /** Name of the new instance before it gets that of the old one. */
  readonly made: string;
  /** Name of the old instance after it gave its own to the new one. */
  readonly old: string;
  /** The configuration that keeps the new instance from being started. */
  readonly guard?: { readonly key: string; readonly value: string };
  readonly stopSeconds: number;
  /** Start the old instance. */
  readonly start?: boolean;
  /** The old instance ran before, so that a daemon that starts is to start it again. */
  readonly runs?: true;
  /** Its data, if any was to be put back, is back, so that it may be started. */
  readonly dataIsBack?: true;
  /** Fate of the new instance; absent: it stays beside the old one. A spare becomes a spare again. */
  readonly discard?: "delete" | "spare" | "failed";
}

/**
 * Compares ids of users and groups of a running instance with those of its replacement. The daemon's helper that reads
 * the files of the replacement is ended by a start that is refused: after a rename, it would let the start of the
 * instance wait for 15 s.
 */
export interface IdComparison {
  readonly instance: InstanceRef;
  /** Name of the instance that is to replace it, which was never started. */
  readonly made: string;
  /** `keep` tells what differs, as `warn` does; with `warn`, what the new instance lacks does not count. */
  readonly how: "keep" | "warn" | "refuse";
  /** The ids, as `idsText()` renders them. */
  readonly ids: string;
  /** Directories of the instance whose files count. */
  readonly directories: readonly string[];
}

/** A single change of the system. */
export type Effect =
  /**
   * Runs a program. Where it fails and prints `busyText`, it is run again for some seconds. `counts` names
   * what is copied, for progress.
   */
  | ({ readonly kind: "run"; readonly busyText?: string; readonly counts?: string } & Command)
  /** A refusal with the words of `already` says that what was asked for is there. */
  | ({ readonly kind: "send"; readonly already?: string } & Request)
  | Publish
  | Forget
  | Return
  /**
   * A throw-away instance goes, running or not, where it is still that of the run that made it; with `runs`, the step
   * before has just shown that it is, and that it runs; with `spares`, one that was kept meanwhile stays. After
   * `seconds`, the daemon is left alone with it.
   */
  | {
    readonly kind: "discard";
    readonly instance: InstanceRef;
    readonly mark: string;
    readonly runs?: true;
    readonly spares?: true;
    readonly seconds?: number;
  }
  /** An instance stops: cleanly within so many seconds, or else it is killed. */
  | { readonly kind: "stop"; readonly instance: InstanceRef; readonly seconds: number }
  | ({ readonly kind: "exec" } & Program)
  | ({ readonly kind: "shell" } & Program)
  | ({ readonly kind: "batch" } & Batch)
  | ({ readonly kind: "push" } & Push)
  /** Where it fails, a throw-away instance with the mark `saves` is kept, as nothing else has the files. */
  | ({ readonly kind: "copy"; readonly saves?: string } & FileCopy)
  | ({ readonly kind: "transfer" } & Transfer)
  | ({ readonly kind: "wait" } & Wait)
  | ({ readonly kind: "check" } & Check)
  | ({ readonly kind: "ids" } & IdComparison)
  | ({ readonly kind: "hook" } & HookRun)
  | ({ readonly kind: "secrets" } & SecretDelivery)
  | ({ readonly kind: "keep" } & Keeping)
  /** An instance of a pool is taken, given back, finished or removed. */
  | ({ readonly kind: "pool" } & PoolAct)
  /** Directories get the owner that the daemon maps the instance's root to, where that is not `assumed`. */
  | {
    readonly kind: "own";
    readonly instance: InstanceRef;
    readonly paths: readonly string[];
    readonly assumed: string;
    /** The machine that they are on; absent: this one. */
    readonly there?: There;
  }
  /**
   * A directory of a stopped instance is unpacked, out of a backup, into one of the host; what belongs to ids of
   * the container then belongs to those of the host: `owner` (UID:GID) and on, or as `idsOf` has them.
   */
  | {
    readonly kind: "unpack";
    readonly instance: InstanceRef;
    readonly backup: string;
    readonly path: string;
    readonly directory: string;
    readonly owner?: string;
    readonly idsOf?: InstanceRef;
  }
  /** The list of checksums of files of a directory is written into it. */
  | {
    readonly kind: "checksum";
    readonly directory: string;
    readonly files: readonly string[];
    readonly list: string;
  }
  /** Files of a directory are compared with the checksums of its list, whose text is given. */
  | {
    readonly kind: "verify";
    readonly directory: string;
    readonly files: readonly string[];
    readonly list: string;
    readonly checksums: string;
  }
  | {
    readonly kind: "write";
    readonly path: string;
    readonly text: string;
    readonly mode: number;
    /** The text is not to be shown. */
    readonly secret?: boolean;
    /** The path must be free: an existing file is not replaced. */
    readonly isNew?: true;
    /** Nothing is written: the file with this text is removed, and the directory that it leaves empty. */
    readonly takesBack?: "file" | "directory";
    /** A file that cannot be written does not end the plan; a script does without it. */
    readonly optional?: true;
  };

/**
 * An effect that takes a step back. Where it fails, those of the same part are left out, those of other parts are still
 * carried out, and only what belongs to no part does not follow.
 */
export type UndoEffect = Effect & {
  /** Name of the part that it puts back, for messages; absent: everything. */
  readonly part?: string;
};

/** Effects that take a step back, one after the other. */
export type Undo = Effect | readonly UndoEffect[];

/** Returns the effects that take a step back. */
export function undoEffects(undo: Undo | undefined): readonly UndoEffect[] {
  return undo === undefined ? [] : "kind" in undo ? [undo] : undo;
}

/** An effect with its title, and the things that it changes. */
export interface Step {
  /** Imperative: `Create profile php.lxops`. */
  readonly title: string;
  readonly effect: Effect;
  readonly makes?: readonly Fact[];
  readonly removes?: readonly Fact[];
  /** Takes the step back; absent when there is nothing to undo, or undoing could lose data. */
  readonly undo?: Undo;
  /** Once this step is done, neither it nor those before it are taken back: what they would go back to is gone. */
  readonly commits?: true;
  /** Begins something that must not last (a pause, a mount): where the plan fails before it is closed, it is taken back. */
  readonly opens?: Opening;
  /**
   * A failed step may leave a part, which `undo` removes like the whole: together with the steps before it,
   * or `always`, where the part could be taken for the whole.
   */
  readonly partly?: true | "always";
  /**
   * The opening of the step that notes what this step begins. The note stays where this step cannot be
   * undone.
   */
  readonly notedBy?: Opening;
  /** Ends what the step with this `opens` began, or those with these. */
  readonly closes?: Opening | readonly Opening[];
  /** Carried out also where the program before it has failed: it takes out what that left, or removes its instance. */
  readonly anyway?: true;
  /** Advice for the case that it fails, a line each. */
  readonly advice?: readonly string[];
  /** Marks the step from which a new root filesystem works with the data. */
  readonly runs?: true;
  /** Replaces `undo` once a new root filesystem has worked with the data; empty where the step then stays. */
  readonly undoAfterRun?: readonly UndoEffect[];
}

/** Advice, a line each, for the case that all steps of an instance were taken back. */
export interface Back {
  readonly state: readonly string[];
  /** Instances whose new root filesystem had worked with the data. */
  readonly ran: readonly string[];
  readonly again: readonly string[];
  /** Advice for the case that a step could not be taken back. */
  readonly partly?: readonly string[];
}

/** An item of a cloud-config that an instance has, once a plan is carried out. */
export interface AppliedItem {
  /** The hash of its content. */
  readonly id: string;
  /** Its content has secrets, which could be guessed from its hash. */
  readonly secret: boolean;
  /** Hashes of its sources, where the plan applies it and its id does not tell. */
  readonly edition?: { readonly text: string; readonly settings?: string };
}

/** An instance that another one waits for. */
export interface Earlier extends InstanceRef {
  readonly required: boolean;
  /** Required progress of its plan: it has started the instance, or come to its end. */
  readonly until: "started" | "ended";
}

/** The steps of one instance, in order; `notes` are printed before them. */
export interface InstancePlan {
  readonly instance: InstanceRef;
  readonly steps: readonly Step[];
  readonly notes?: readonly string[];
  /** All items of the cloud-config files, which the instance has afterwards; absent: that is not known, or no concern. */
  readonly applied?: readonly AppliedItem[];
  /** The key that the instance gets for the hashes of items with secrets in its record. */
  readonly recordKey?: string;
  /** Instances that come first; where one fails that is required, this one is not begun. */
  readonly after?: readonly Earlier[];
  /** True where requests are repeated for a minute until the daemon is ready, as nothing else would bring an instance back. */
  readonly patient?: true;
  /** All or nothing: where a step fails, those before it are taken back, whether or not that was asked for. */
  readonly atomic?: true;
  readonly back?: Back;
  /** Advice, a line each, where it is not taken back and a new root filesystem had worked with the data. */
  readonly ran?: readonly string[];
}

/** Steps that come first, alone, and then each instance's own, several instances at a time. */
export interface Plan {
  readonly first: readonly Step[];
  readonly each: readonly InstancePlan[];
}

/** Tells whether a plan has effects that only the daemon can perform. */
export function needsDaemon(plan: Plan): boolean {
  const steps = [...plan.first, ...plan.each.flatMap((one) => one.steps)];
  return steps.some(({ effect }) => effect.kind !== "run" && effect.kind !== "write");
}
