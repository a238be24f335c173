/**
 * The machines that filesystems are copied between, as data.
 *
 * @module
 */
import type { Dataset, Mount, PathInfo } from "./mod.ts";

/** The ssh settings of another machine. */
export interface Ssh {
  /** `HOST` or `USER@HOST`. */
  readonly host: string;
  readonly port?: number;
  /** File of the private key. */
  readonly identity?: string;
  /** Options of ssh, as `KEY=VALUE`. */
  readonly options: readonly string[];
}

/** A machine behind ssh on which programs are run. */
export interface There {
  readonly ssh: Ssh;
  /** The account there is not root's. */
  readonly sudo: boolean;
}

/** A question about a machine. */
export interface MachineQuestion {
  /** Absent: about this machine. */
  readonly ssh?: Ssh;
  /** Datasets whose snapshots matter; they need not be there. */
  readonly datasets: readonly string[];
  readonly paths: readonly string[];
  /** Programs that another machine must have. */
  readonly programs?: readonly string[];
}

/** A snapshot of a dataset, with the number that tells it from all others of its name. */
export interface GuidSnapshot {
  /** The name after the `@`. */
  readonly name: string;
  readonly guid: string;
}

/** An interrupted stream into a dataset that can be continued. */
export interface ResumeToken {
  readonly token: string;
  /** Number of the snapshot that the stream is of. */
  readonly guid: string;
}

/** The answer about a machine. */
export interface Machine {
  readonly isRoot: boolean;
  readonly datasets: ReadonlyMap<string, Dataset>;
  /** Snapshots of the datasets that were asked about, the oldest first. */
  readonly snapshots: ReadonlyMap<string, readonly GuidSnapshot[]>;
  /** True for datasets that were written to since their newest snapshot, where its zfs can tell. */
  readonly written: ReadonlyMap<string, boolean>;
  /** Streams that can be continued, by their datasets. */
  readonly tokens: ReadonlyMap<string, ResumeToken>;
  /** True if its zfs can resume an interrupted stream. */
  readonly zfsResumes: boolean;
  /** True if its zfs takes several snapshots at once. */
  readonly zfsTakesSeveral: boolean;
  /** The paths that were asked about; `undefined` for missing ones. */
  readonly paths: ReadonlyMap<string, PathInfo["kind"] | undefined>;
  /** The mounts; only of another machine. */
  readonly mounts?: readonly Mount[];
}
