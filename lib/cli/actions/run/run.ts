/**
 * `run`: a program in an instance that is made for it, and goes with it.
 *
 * @module
 */
import { InterruptedError, LxopsError, UsageError } from "../../../base/errors.ts";
import { instanceNameProblem } from "../../../instance/patterns/names.ts";
import { throwAwayName } from "../../../plan/instance/reserved_names.ts";
import { objectKey, type World } from "../../../plan/world.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { configText, verbatim, withFile } from "../../shared/given_file.ts";
import { look } from "../../shared/lifecycle/lifecycle.ts";
import { projectOf } from "../../shared/operands.ts";
import { endOf, RunError, writeStatus } from "./ended.ts";
import { optionsOf, type RunValues } from "./values.ts";

/** Name that messages give to a configuration of the command line. */
const COMMAND_LINE = "run";

/** `run`. */
export async function run(values: RunValues, operands: readonly string[], app: App): Promise<number> {
  if (values.sweep || values.discard !== "") {
    return await (await import("./sweep.ts")).sweep(values, operands, app);
  }
  const [what, ...argv] = operands;
  if (what === undefined) throw new UsageError("run needs an image, a configuration file or a directory");
  try {
    return await runIn(what, argv, values, app);
  } catch (error) {
    if (!(error instanceof LxopsError) || error instanceof InterruptedError || error instanceof RunError) {
      throw error;
    }
    throw new RunError(error);
  }
}

async function runIn(what: string, argv: readonly string[], values: RunValues, app: App): Promise<number> {
  const { planRun } = await import("../../../plan/throwaway/run.ts");
  const options = await optionsOf(argv, values, app);
  const random = app.random();
  const name = nameOf(values.name, random);
  const project = await projectOf(app, values.project);
  const { file, app: with_ } = await configurationOf(what, values, app);
  const { targets, world } = await look(
    { name: "run", needs: { images: true }, daemonOnly: true, without: ["filesystems", "devices"], options },
    { ...values, name, project },
    [file],
    with_,
  );
  const target = targets[0]!;
  const left = await straysIn(world, app);
  const same = left.find((one) => one.instance.name === target.instance.name);
  const plan = afterLeft(same, planRun(target, same ? withoutLeft(world, same) : world, options));
  let isReal = false;
  const failures = await app.apply({ first: [], each: [plan, ...left.filter((one) => one !== same)] }, {
    dryRun: values["dry-run"],
    random,
    results: () => {
      isReal = true;
      return "";
    },
    parallel: 4,
    undoOnFailure: false,
    verbose: false,
    passOutput: true,
    programOnly: true,
    showSecrets: values["show-secrets"] ?? false,
  });
  const ended = endOf(plan, failures, options.program?.argv, app);
  if (isReal) await writeStatus(values["status-file"], name, ended, app);
  if (ended.error) throw ended.error;
  return ended.code;
}

/** Returns a plan that first removes what a killed run has left of the same name, where there is some. */
function afterLeft(left: InstancePlan | undefined, plan: InstancePlan): InstancePlan {
  return left ? { ...plan, steps: [...left.steps, ...plan.steps] } : plan;
}

function withoutLeft(world: World, { instance: { project, name } }: InstancePlan): World {
  const key = objectKey(project, name);
  return { ...world, instances: new Map([...world.instances].filter(([one]) => one !== key)) };
}

function nameOf(name: string, random: string | undefined): string {
  if (name === "") return throwAwayName(random);
  const wrong = instanceNameProblem(name);
  if (wrong !== undefined) throw new UsageError(`The instance name "${name}" ${wrong}`);
  return name;
}

/** Returns the configuration that an operand names: a file, that of a directory, or one of an image alone. */
async function configurationOf(what: string, values: RunValues, app: App) {
  const files = await filesOf(what, app);
  if (files.length > 1) {
    throw new UsageError(`"${what}" has ${files.length} configurations; name one of them`);
  }
  if (files.length === 1) return { file: files[0]!, app };
  const text = configText({
    image: verbatim(what),
    ...(values.profile.length > 0 ? { profiles: values.profile } : {}),
  });
  return { file: COMMAND_LINE, app: withFile(app, COMMAND_LINE, text) };
}

/** Lists the configurations that an operand names; none where it is an image. */
async function filesOf(what: string, app: App): Promise<readonly string[]> {
  const isPath = /\.ya?ml$/.test(what) || /^\.{0,2}\//.test(what) || what === "." || what === "..";
  const [{ behind, filesToName }, { configurationsOf }] = await Promise.all([
    import("../../../run/targets/directories.ts"),
    import("../../shared/search.ts"),
  ]);
  const path = what.replace(/(?<=.)\/+$/, "");
  const isDirectory = !what.includes(":") && (await behind(path, app.host))?.kind === "directory";
  if (!isDirectory) return isPath ? [what] : [];
  const files = await configurationsOf(path, app);
  if (files.length > 0 || !isPath) return files;
  throw new UsageError(
    `"${what}" is a directory, and there is no lxops.yaml in it or below it`,
    await filesToName(path, app.host),
  );
}

/** Plans the removal of what killed runs of this machine have left in the project. */
async function straysIn({ instances }: World, app: App): Promise<readonly InstancePlan[]> {
  const [{ findStrays }, { planSweep }] = await Promise.all([
    import("../../../run/targets/strays.ts"),
    import("../../../plan/throwaway/run.ts"),
  ]);
  return planSweep(await findStrays([...instances.values()], app.host, { now: new Date() }));
}
