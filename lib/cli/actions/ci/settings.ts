/**
 * The administrator's file about jobs of CI systems, and the daemon that it names.
 *
 * @module
 */
import { missing } from "../../../base/missing.ts";
import { noSettings, parseSettings, SETTINGS_FILE } from "../../../plan/ci/settings.ts";
import type { Settings } from "../../../plan/ci/settings_schema.ts";
import { watch } from "../../../run/targets/exposed_files.ts";
import type { App } from "../../command/app.ts";
import { projectOf } from "../../shared/operands.ts";

/** Values of the flags that the commands of all CI systems have. */
export interface FileValues {
  readonly file: string;
}

/** Variable in which the first command of a job names the file to the others. */
export const FILE_VARIABLE = "LXOPS_CI_FILE";

/** Variable in which the first command of a job names the remote, for the last one where the file has become wrong. */
export const REMOTE_VARIABLE = "LXOPS_CI_REMOTE";

/** The file, and where its instances are. */
export interface Ground {
  readonly settings: Settings;
  /** The name of the file. */
  readonly file: string;
  /** The app of the daemon. */
  readonly app: App;
  readonly project: string;
}

/**
 * Reads the administrator's file; where there is none at its usual place, no job may have anything.
 *
 * @throws {LxopsError} where a file that was named is missing, and where others than root and this user can change it
 */
export async function readSettings(values: FileValues, app: App) {
  const named = values.file || app.host.env(FILE_VARIABLE) || "";
  const file = named || SETTINGS_FILE;
  const watched = watch(app.host);
  const text = await watched.host.readText(file);
  if (text === undefined) {
    if (named !== "") throw missing("file", named);
    return { settings: noSettings(), file, named };
  }
  await watched.exposed(true);
  return { settings: parseSettings(file, text), file, named };
}

/** Returns the daemon and the project of the settings. */
export async function groundOf(values: FileValues, app: App): Promise<Ground> {
  const { settings, file } = await readSettings(values, app);
  const there = settings.remote === "" ? app : app.withRemote(settings.remote);
  return { settings, file, app: there, project: await projectOf(there, settings.project) };
}
