/**
 * Custom volumes of a daemon, as data.
 *
 * @module
 */

/** A custom volume: its pool, its name, and the project in which it is asked for. */
export interface VolumeRef {
  readonly project: string;
  readonly pool: string;
  readonly name: string;
}

/** A storage pool. */
export interface PoolInfo {
  readonly name: string;
  readonly driver: string;
}

/** A custom volume as the daemon describes it. */
export interface VolumeInfo {
  readonly name: string;
  readonly pool: string;
  /** Its project: the one in which it was asked for, or `default` where that has no volumes of its own. */
  readonly project: string;
  /** `filesystem`, or what no directory can be: `block`, `iso`. */
  readonly contentType: string;
  readonly config: Readonly<Record<string, string>>;
  /** API paths of instances and profiles that have it. */
  readonly usedBy: readonly string[];
  /** The oldest first; only where they were asked about. */
  readonly snapshots: readonly VolumeSnapshot[];
  /** Names of backups that the daemon keeps of it; only where they were asked about. */
  readonly backups?: readonly string[];
  /** The space that it takes in bytes; absent where it was not asked about, or the pool cannot tell. */
  readonly bytes?: number;
}

/** A snapshot of a custom volume. */
export interface VolumeSnapshot {
  readonly name: string;
  /** Empty where the daemon does not tell. */
  readonly createdAt: string;
}
