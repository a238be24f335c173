/** Jobs for a runner of GitLab, and how they end. */

/** A job for the runner. */
export interface RunnerJob {
  readonly id: number;
  /** The lines of `script:`. */
  readonly script: string;
  /** Variables that the job's author sets. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly services?: readonly Readonly<Record<string, unknown>>[];
  readonly project?: number;
  readonly isProtected?: boolean;
  /** The user cancels it once its log has this text. */
  readonly cancelAt?: string;
  /** The time limit of the job in milliseconds. */
  readonly timeoutMs?: number;
  /** Is called before each call of a program, with the number of calls of the same so far. */
  readonly before?: (stage: string, number: number, env: Record<string, string>) => Promise<unknown> | void;
}

/** The end of a job, as GitLab shows it. */
export interface JobEnd {
  readonly status: "success" | "failed" | "canceled" | "timed out" | "system failure" | "unknown failure";
  /** The exit code of the script, for `allow_failure: exit_codes`. */
  readonly code?: number;
  readonly log: string;
  /** Output of `cleanup_exec` in the log of the runner. */
  readonly cleanupLog: string;
}

/** The four programs. */
export interface Executor {
  readonly config: readonly string[];
  readonly prepare: readonly string[];
  readonly run: readonly string[];
  readonly cleanup: readonly string[];
}

/** The surroundings of a runner. */
export interface RunnerPlace {
  /** The environment of the runner's process. */
  readonly env: Readonly<Record<string, string>>;
  readonly retryMs?: number;
}
