/**
 * `ci gitlab cleanup`: removes all instances of a job, and of jobs whose time is over.
 *
 * @module
 */
import { ConfigError, EXIT, StateError, UnreadableError } from "../../../base/errors.ts";
import { instancesOf, planEnd } from "../../../plan/ci/gitlab.ts";
import { type Job, runOfJob } from "../../../plan/ci/job.ts";
import { UNTIL_MARK } from "../../../plan/instance/throw_away.ts";
import { findStrays } from "../../../run/targets/strays.ts";
import type { App } from "../../command/app.ts";
import { type ChangingValues, forRunner, jobOf, lockJob, titled } from "./gitlab.ts";
import { givenPool, releases } from "./pooled.ts";
import { groundOf, REMOTE_VARIABLE } from "./settings.ts";

/** Runs `ci gitlab cleanup`. */
export async function cleanup(values: ChangingValues, _: readonly string[], app: App): Promise<number> {
  return await forRunner(app, async () => {
    const job = await jobOf(values, app);
    const { app: there, project } = await placeOf(values, app);
    if (project !== undefined) await waitForPrepare(job, { app: there, project }, values);
    const infos = await (await there.server()).instances(project);
    const own = instancesOf(infos, runOfJob(job));
    const timed = infos.filter(({ config }) => config[UNTIL_MARK] !== undefined);
    const left = await findStrays(timed.filter((info) => !own.includes(info)), app.host, { now: new Date() });
    const leased = givenPool(values, app) === ""
      ? []
      : await releases(runOfJob(job), { app: there, project });
    const failures = await there.apply({ first: [], each: [...leased, ...planEnd([...own, ...left])] }, {
      dryRun: values["dry-run"],
      parallel: 8,
      undoOnFailure: false,
      verbose: false,
      several: false,
    });
    const [failure] = failures;
    if (failure) throw titled(failure.error, failure.step?.title);
    return EXIT.ok;
  });
}

/**
 * Waits until no `ci gitlab prepare` works on the job any more, which would make an instance after the end of the job. After
 * a long time, cleanup goes on without that.
 */
async function waitForPrepare(
  job: Job,
  ground: { readonly app: App; readonly project: string },
  values: ChangingValues,
): Promise<void> {
  try {
    await lockJob(job, ground, values, "ci gitlab cleanup");
  } catch (error) {
    if (!(error instanceof StateError) || error.kind !== "locked") throw error;
    ground.app.complain(`note: cleanup goes on although the job is not ready: ${error.message}`);
  }
}

/**
 * Returns where the instances are. Where the file is wrong or cannot be read, those of all projects are looked at, at
 * the remote that it had when the job began.
 */
async function placeOf(
  values: ChangingValues,
  app: App,
): Promise<{ readonly app: App; readonly project: string | undefined }> {
  try {
    return await groundOf(values, app);
  } catch (error) {
    const isExpected = [ConfigError, StateError, UnreadableError].some((one) => error instanceof one);
    if (!isExpected) throw error;
    app.complain(`note: cleanup goes on without the file: ${(error as Error).message}`);
    const remote = app.host.env(REMOTE_VARIABLE) ?? "";
    return { app: remote === "" ? app : app.withRemote(remote), project: undefined };
  }
}
