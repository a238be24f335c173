/**
 * Options for loading targets, from the values of flags.
 *
 * @module
 */
import type { TargetOptions } from "../../run/targets/options.ts";
import { UsageError } from "../../base/errors.ts";
import type { Target } from "../../plan/world.ts";
import type { App } from "../command/app.ts";
import { printable } from "../output/output.ts";
import { givenSettings, type PropertyValues, type SettingValues } from "./load_configs.ts";

/** Values of flags of commands about configuration files. */
export interface ConfigValues extends PropertyValues, SettingValues {
  readonly set?: readonly string[];
  readonly bootstrap?: boolean;
  readonly name: string;
  readonly project: string;
}

/** Returns the flags whose values count for this run only; those of settings are not shown. */
export function givenFlags({ env = [], "env-file": files = [], set = [] }: ConfigValues): readonly string[] {
  return [
    ...env.map((text) => `-e ${text.replace(/=.*/s, "")}`),
    ...files.map((file) => `--env-file ${file}`),
    ...set.map((text) => `--set ${text}`),
  ];
}

/** Tells which values count for this run only. */
export function tellGiven(values: ConfigValues, app: App): void {
  const given = givenFlags(values);
  if (given.length > 0) app.complain(printable(`note: for this run only: ${given.join(", ")}`));
}

/**
 * Checks that settings of the command line have a directory that they are for.
 *
 * @throws {UsageError} where there is none
 */
export function checkGiven(
  { env = [], "env-file": files = [], bootstrap = false }: ConfigValues,
  targets: readonly Target[],
): void {
  if (bootstrap && targets.every(({ loaded }) => loaded.directory?.bootstrap === undefined)) {
    throw new UsageError("--bootstrap runs the bootstrap.sh of a directory, and there is none here");
  }
  if (env.length + files.length === 0 || targets.some(({ settings }) => settings)) return;
  throw new UsageError(
    "-e and --env-file are for directories, and no configuration here is one of a directory",
    [
      "A configuration is one of a directory if it is called lxops.yaml, or says directory: true",
    ],
  );
}

/** Returns the options for loading the targets of a command. */
export async function targetOptions(values: ConfigValues, app: App): Promise<TargetOptions> {
  return {
    ...(values.properties === undefined ? {} : { properties: values.properties }),
    sets: values.P,
    name: values.name,
    project: values.project,
    currentProject: await app.project(),
    strict: app.globals.strict,
    formats: app.formats,
    given: await givenSettings(values, app),
    bootstrap: values.bootstrap ?? false,
    ...(values.set?.length
      ? { overrides: (await import("../../config/load/overlay.ts")).parseOverrides(values.set) }
      : {}),
  };
}
