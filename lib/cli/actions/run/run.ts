/**
 * `run`: a program in an instance that is created for it, and deleted after it.
 *
 * @module
 */
import { refuseMisplacedFlag } from "../../shared/misplaced_flag.ts";
import { InterruptedError, LxopsError, UsageError } from "../../../base/errors.ts";
import { instanceNameProblem } from "../../../instance/patterns/names.ts";
import { throwAwayName } from "../../../plan/instance/random_names.ts";
import type { InstanceRef } from "../../../ports/mod.ts";
import type { App } from "../../command/app.ts";
import { isBare, runBare } from "./bare.ts";
import { type Ended, RunError } from "./ended.ts";
import { optionsOf, type RunValues } from "./values.ts";

/** Runs `run`. */
export async function run(values: RunValues, operands: readonly string[], app: App): Promise<number> {
  if (values.sweep || values.discard !== "") {
    return await (await import("./sweep.ts")).sweep(values, operands, app);
  }
  app.endBySignal?.();
  const [what, ...argv] = operands;
  try {
    if (what === undefined || what === "") {
      throw new UsageError("run needs an image, a configuration file or a directory");
    }
    refuseMisplacedFlag("run", what, argv[0]);
    refusePorts(values.profile);
    return (await runIn(what, argv, values, app)).code;
  } catch (error) {
    if (!(error instanceof LxopsError) || error instanceof InterruptedError || error instanceof RunError) {
      throw error;
    }
    throw new RunError(error);
  }
}

/** Refuses ports in the place of profiles: `-p` means these, and not what it does in docker. */
function refusePorts(profiles: readonly string[]): void {
  const ports = profiles.find((profile) => /^([\d.]+:)?\d+:\d+$/.test(profile));
  if (ports === undefined) return;
  throw new UsageError(`-p takes the name of a profile, not "${ports}"`, [
    "An instance of run has no ports on this machine, and is reached at its own address",
    "For one with ports: write them into a configuration (lxops help port), then lxops up",
  ]);
}

/**
 * Runs a program in an instance of an image or a configuration, and returns how it ended.
 *
 * @throws {LxopsError} where it was not the program that failed
 */
export async function runIn(
  what: string,
  argv: readonly string[],
  values: RunValues,
  app: App,
): Promise<RunEnd> {
  const { "status-file": file, "dry-run": isShown } = values;
  const begin = () => runOnce(what, argv, values, app);
  if (file === "") return await begin();
  return await (await import("./status.ts")).withStatus(file, isShown, app, begin);
}

async function runOnce(
  what: string,
  argv: readonly string[],
  values: RunValues,
  app: App,
): Promise<RunEnd> {
  const random = app.random();
  const name = nameOf(values.name, random);
  const [options, project, files] = await Promise.all([
    optionsOf(argv, values, app),
    projectOf(values.project, app),
    filesOf(what, app),
  ]);
  if (files.length > 1) {
    throw new UsageError(`"${what}" has ${files.length} configurations; name one of them`);
  }
  const instance = { project, name };
  const one = { instance, image: what, options, random };
  if (files.length === 0 && isBare(what, values)) {
    const ended = await runBare(one, values, app);
    if (ended) return { ...ended, instance };
  }
  const { runConfigured } = await import("./configured.ts");
  try {
    return { ...await runConfigured({ ...one, file: files[0] }, values, app), instance };
  } catch (error) {
    if (files.length > 0 || !(error instanceof LxopsError)) throw error;
    throw await (await import("./files.ts")).orDirectory(what, error, app);
  }
}

/** The end of a run, and the instance that it had. */
export interface RunEnd extends Ended {
  readonly instance: InstanceRef;
}

/** Returns the project of a flag, or the client's current one. */
async function projectOf(flag: string, app: App): Promise<string> {
  const project = flag || await app.project();
  if (project === "" || project === "default") return "default";
  return await (await import("../../shared/operands.ts")).projectOf(app, project);
}

function nameOf(name: string, random: string | undefined): string {
  if (name === "") return throwAwayName(random);
  const wrong = instanceNameProblem(name);
  if (wrong !== undefined) throw new UsageError(`The instance name "${name}" ${wrong}`);
  return name;
}

/** Lists the configurations that an operand names; none where it is an image. */
export async function filesOf(what: string, app: App): Promise<readonly string[]> {
  const isPath = /\.ya?ml$/.test(what) || /^\.{0,2}\//.test(what) || what === "." || what === "..";
  const path = what.replace(/(?<=.)\/+$/, "");
  const there = what.includes(":") ? undefined : await app.host.lstat(path);
  if (!isPath && (there === undefined || there.kind === "file")) return [];
  return await (await import("./files.ts")).filesOf(what, path, isPath, app);
}
