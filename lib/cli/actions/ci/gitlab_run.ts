/**
 * `ci gitlab run`: one script of a job, in its instance.
 *
 * @module
 */
import { CommandError, EXIT, InterruptedError, UsageError } from "../../../base/errors.ts";
import { planStage } from "../../../plan/ci/gitlab.ts";
import { instanceOf, runOfJob } from "../../../plan/ci/job.ts";
import type { App } from "../../command/app.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { buildFailure, type ChangingValues, forRunner, jobOf, titled } from "./gitlab.ts";
import { leasedInstance, poolOf } from "./pooled.ts";
import { groundOf } from "./settings.ts";

/** Runs `ci gitlab run SCRIPT STAGE`. */
export async function run(
  values: ChangingValues,
  [file = "", stage = ""]: readonly string[],
  app: App,
): Promise<number> {
  return await forRunner(app, async () => {
    const [ground, job] = await Promise.all([groundOf(values, app), jobOf(values, app)]);
    const { settings, app: there, project } = ground;
    const text = await app.host.readText(file);
    if (text === undefined) throw new UsageError(`There is no script "${file}"`);
    const { shell, user } = settings;
    const pool = poolOf(values, app);
    const name = pool === "" ? instanceOf(job) : await leasedInstance(runOfJob(job), pool, ground);
    const plan = planStage({ project, name }, { text, stage, shell, user });
    const [failure] = await there.apply({ first: [], each: [plan] }, {
      dryRun: values["dry-run"],
      parallel: 1,
      undoOnFailure: false,
      verbose: false,
      passOutput: true,
      programOnly: true,
      showSecrets: values["show-secrets"] ?? false,
    });
    if (!failure) return EXIT.ok;
    const { error, step } = failure;
    if (error instanceof InterruptedError) throw error;
    if (!(error instanceof CommandError)) throw titled(error, step?.title);
    await writeCode(error.code, app);
    return buildFailure(app);
  });
}

/** Writes the exit code of a script into the file of the runner. */
async function writeCode(code: number, app: App): Promise<void> {
  const path = app.host.env("BUILD_EXIT_CODE_FILE");
  if (!path) return;
  const effect = { kind: "write", path, text: `${code}`, mode: 0o600 } as const;
  await applySteps(app, [{ title: `Write ${path}`, effect }], { quiet: true });
}
