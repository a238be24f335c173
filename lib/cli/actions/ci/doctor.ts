/**
 * `ci doctor`: runs a job that does nothing as a CI system would, and says what is missing.
 *
 * @module
 */
import { EXIT, LxopsError, UsageError } from "../../../base/errors.ts";
import { didYouMean } from "../../../base/suggest.ts";
import { needsScript, type System, SYSTEMS } from "../../../plan/ci/doctor.ts";
import { throwAwayName } from "../../../plan/instance/random_names.ts";
import type { App } from "../../command/app.ts";
import { carryOut } from "../run/carry_out.ts";
import { planConfigured } from "../run/configured.ts";
import { configOf, optionsOf } from "./instance.ts";
import { POOL_VARIABLE } from "./pooled.ts";
import { type FileValues, groundOf } from "./settings.ts";

/** Values of the flags. */
export interface DoctorValues extends FileValues {
  readonly "dry-run": boolean;
  readonly "show-secrets"?: boolean;
}

/** Runs `ci doctor`. */
export async function doctor(
  values: DoctorValues,
  [name = "", image = ""]: readonly string[],
  app: App,
): Promise<number> {
  const system = SYSTEMS.find((one) => one === name);
  if (system === undefined) {
    throw new UsageError(`There is no CI system "${name}"${didYouMean(name, SYSTEMS)}`, [
      `Known are: ${SYSTEMS.join(", ")}`,
    ]);
  }
  if (system === "gitlab") return await gitlabDoctor(values, image, app);
  return await imageDoctor(system, values, image, app);
}

/** Runs a script in an instance as the settings have it. */
async function imageDoctor(system: System, values: DoctorValues, named: string, app: App): Promise<number> {
  const { settings, app: there, project, file } = await groundOf(values, app);
  const image = named || settings["default-image"];
  if (image === "") {
    throw new UsageError(`ci doctor ${system} needs an image, as "${file}" has no default-image`);
  }
  const random = there.random();
  const { leaves: _leaves, ...options } = optionsOf(settings, {
    run: await app.host.thisRun() ?? "",
    until: undefined,
    caches: [],
    runner: undefined,
  });
  const argv = ["/bin/sh", "-c", needsScript(system)] as const;
  const { plan, others } = await planConfigured(
    {
      instance: { project, name: throwAwayName(random) },
      image,
      options: { ...options, program: { argv, terminal: false } },
      random,
      more: configOf(settings),
    },
    { properties: undefined, P: [], project, "dry-run": false, profile: settings.profiles },
    there,
  );
  const { ended } = await carryOut({ plan, others, argv, random }, values, there);
  if (ended.error) throw ended.error;
  return ended.code;
}

/** Names of the files that only this command reads. */
const JOB_FILE = "/lxops-ci-doctor/response.json";
const SCRIPT_FILE = "/lxops-ci-doctor/script";

/** Runs a job by the commands that gitlab-runner calls. */
async function gitlabDoctor(values: DoctorValues, image: string, app: App): Promise<number> {
  const { settings } = await groundOf(values, app);
  const texts: Readonly<Record<string, string>> = {
    [JOB_FILE]: JSON.stringify({
      id: 0,
      token: app.random() ?? "",
      job_info: { project_id: 0 },
      git_info: { ref: "doctor", protected: false },
      runner_info: { timeout: 600 },
    }),
    [SCRIPT_FILE]: needsScript("gitlab", settings.shell),
  };
  const { host } = app;
  const variables: Readonly<Record<string, string>> = {
    JOB_RESPONSE_FILE: JOB_FILE,
    BUILD_EXIT_CODE_FILE: "",
    [POOL_VARIABLE]: "",
    CUSTOM_ENV_CI_JOB_IMAGE: image,
    CUSTOM_ENV_CI_JOB_SERVICES: "",
  };
  const job: App = {
    ...app,
    host: {
      ...host,
      env: (name) => Object.hasOwn(variables, name) ? variables[name] : host.env(name),
      readText: (path) => Object.hasOwn(texts, path) ? Promise.resolve(texts[path]) : host.readText(path),
    },
  };
  const given = { ...values, job: "", pool: "" };
  const [{ prepare }, { run }, { cleanup }] = await Promise.all([
    import("./gitlab_prepare.ts"),
    import("./gitlab_run.ts"),
    import("./gitlab_cleanup.ts"),
  ]);
  const codes: number[] = [];
  try {
    codes.push(await prepare(given, [], job));
    if (codes[0] === EXIT.ok) codes.push(await run(given, [SCRIPT_FILE, "build_script"], job));
  } finally {
    codes.push(await cleanup(given, [], job));
  }
  if (codes.at(-1) !== EXIT.ok) throw new LxopsError("The instance of the job could not be removed");
  return codes.every((code) => code === EXIT.ok) ? EXIT.ok : EXIT.failure;
}
