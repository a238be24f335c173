/**
 * Options for loading targets, from the values of flags.
 *
 * @module
 */
import type { TargetOptions } from "../../run/targets/targets.ts";
import type { App } from "../command/app.ts";
import type { PropertyValues } from "./load_configs.ts";

/** Values of flags of commands about configuration files. */
export interface ConfigValues extends PropertyValues {
  readonly name: string;
  readonly project: string;
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
  };
}
