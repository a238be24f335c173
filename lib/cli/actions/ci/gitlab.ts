/**
 * Common parts of the commands of GitLab's custom executor: the job, and the exit codes that the runner expects.
 *
 * @module
 */
import { InterruptedError, LxopsError, UsageError } from "../../../base/errors.ts";
import { instanceOf, type Job, parseJob } from "../../../plan/ci/job.ts";
import { JobError } from "../../../plan/ci/job_error.ts";
import { digest } from "../../../run/digest.ts";
import { asLxopsError } from "../../../run/unexpected.ts";
import type { App } from "../../command/app.ts";
import { errorText } from "../../output/output.ts";
import { locks } from "../../shared/lifecycle/lock.ts";

/** Values of the flags of all commands of the runner. */
export interface GitlabValues {
  readonly file: string;
  readonly job: string;
  readonly pool: string;
}

/** Values of the flags of those that change something. */
export interface ChangingValues extends GitlabValues {
  readonly "dry-run": boolean;
  readonly "show-secrets"?: boolean;
}

/** Returns the exit code that the runner wants for a failure of the job itself. */
export function buildFailure(app: Pick<App, "host">): number {
  return codeIn("BUILD_FAILURE_EXIT_CODE", 1, app);
}

/** Returns the exit code that the runner wants for a failure of all else, after which it may try again. */
export function systemFailure(app: Pick<App, "host">): number {
  return codeIn("SYSTEM_FAILURE_EXIT_CODE", 2, app);
}

function codeIn(name: string, otherwise: number, { host }: Pick<App, "host">): number {
  const text = host.env(name) ?? "";
  return /^[1-9]\d{0,2}$/.test(text) ? Number(text) : otherwise;
}

/** Reads the job that the runner calls lxops for. */
export async function jobOf(values: Pick<GitlabValues, "job">, app: App): Promise<Job> {
  const file = values.job || app.host.env("JOB_RESPONSE_FILE");
  const advice = [
    "gitlab-runner sets the variable, from 14.1 on; by hand: lxops ci doctor gitlab",
    "Variables of a job would not do: its author can set them",
  ];
  if (!file) throw new UsageError("JOB_RESPONSE_FILE is not set, by which lxops knows a job", advice);
  const text = await app.host.readText(file);
  if (text === undefined) throw new UsageError(`There is no file "${file}" about the job`, advice);
  return await parseJob(text, digest);
}

/** Longest wait for another command of this job, and for another job of the project that gets its caches, in seconds. */
export const LOCK_SECONDS = 300;

/** Locks a job, so that the runner may call twice for it: the second call finds what the first one has made. */
export async function lockJob(
  job: Job,
  { app, project }: { readonly app: App; readonly project: string },
  values: Pick<ChangingValues, "dry-run">,
  command: string,
): Promise<void> {
  if (!locks(values)) return;
  const { instanceLock } = await import("../../../run/lock/names.ts");
  const want = await instanceLock({ project, name: instanceOf(job) });
  await app.lock([want], { command, seconds: LOCK_SECONDS });
}

/**
 * Carries out a command of the runner, and returns the exit code that it expects: what the author of a job has to
 * change is a failure of the job, and all else one of the system.
 */
export async function forRunner(app: App, act: () => Promise<number>): Promise<number> {
  try {
    return await act();
  } catch (thrown) {
    if (thrown instanceof InterruptedError) throw thrown;
    const error = asLxopsError(thrown);
    app.complain(errorText("lxops", error));
    return error instanceof JobError ? buildFailure(app) : systemFailure(app);
  }
}

/** Returns the error of a failure, with the step that failed. */
export function titled(error: LxopsError, title: string | undefined): LxopsError {
  return title === undefined
    ? error
    : new LxopsError(`${title}: ${error.message}`, error.advice, { cause: error });
}
