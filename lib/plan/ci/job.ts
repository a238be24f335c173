/**
 * A job of GitLab, as the runner tells it: the file that the job's author cannot change says which job it is, and
 * variables, which the author can set as well, say what it would like to have.
 *
 * @module
 */
import * as z from "zod/mini";
import { LxopsError } from "../../base/errors.ts";
import { narrow } from "../../base/schemas.ts";

/** The part of the runner's file that lxops reads. */
const responseSchema = z.object({
  id: z.int().check(z.nonnegative()),
  token: z.string(),
  job_info: z.object({ project_id: z.int().check(z.nonnegative()) }),
  git_info: z.optional(z.object({ ref: z.optional(z.string()), protected: z.nullish(z.boolean()) })),
  runner_info: z.optional(z.object({ timeout: z.optional(z.int()) })),
});

/** The longest time limit that counts, in seconds: GitLab allows a month. */
const LONGEST_SECONDS = 366 * 24 * 3600;

/** A job, as the runner's file tells it. */
export interface Job {
  readonly id: number;
  /** A text that no other job has, not even one of another server. */
  readonly key: string;
  /** A text that the jobs have which may share caches. */
  readonly trust: string;
  /** The time limit of the job in seconds, where GitLab tells it. */
  readonly seconds?: number;
}

/** Returns a hash of a text, as hexadecimal digits. */
type Digest = (text: string) => Promise<string>;

/**
 * Reads the runner's file about a job.
 *
 * @throws {LxopsError} where it is none
 */
export async function parseJob(text: string, digest: Digest): Promise<Job> {
  const fail = (reason: string) =>
    new LxopsError(`The file of JOB_RESPONSE_FILE is not about a job: ${reason}`, [
      "gitlab-runner writes it; the oldest version that does is 14.1",
    ]);
  const { id, token, job_info: info, git_info: git, runner_info: runner } = narrow(
    responseSchema,
    parsed(text, fail),
    fail,
  );
  const seconds = runner?.timeout;
  // A server that does not tell whether a branch is protected gets one cache for each branch.
  const trust = git?.protected === undefined || git.protected === null
    ? `ref ${git?.ref ?? ""}`
    : git.protected
    ? "protected"
    : "unprotected";
  return {
    id,
    key: await digest(JSON.stringify(["gitlab", id, token])),
    trust: await digest(JSON.stringify(["gitlab", info.project_id, trust])),
    ...(seconds !== undefined && seconds > 0 ? { seconds: Math.min(seconds, LONGEST_SECONDS) } : {}),
  };
}

function parsed(text: string, fail: (reason: string) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw fail("it is no JSON");
  }
}

/** Returns the name of the instance of a job, which is the same whenever the runner asks. */
export function instanceOf({ id, key }: Pick<Job, "id" | "key">): string {
  return `ci-${id}-${key.slice(0, 10)}`;
}

/** Returns the name of the instance of a service of a job; the first one has the number 1. */
export function serviceName(job: Pick<Job, "id" | "key">, number: number): string {
  return `${instanceOf(job)}-s${number}`;
}

/** Returns what the marks of instances of a job name as their run. */
export function runOfJob({ key }: Pick<Job, "key">): string {
  return `gitlab-${key}`;
}
