/**
 * The file for the end of a run, before the run begins.
 *
 * @module
 */
import { dirname, resolve } from "@std/path";
import { UsageError } from "../../../base/errors.ts";
import { behind } from "../../../run/targets/directories.ts";
import type { App } from "../../command/app.ts";
import { applySteps } from "../../shared/apply_steps.ts";

/**
 * Checks that the file of `--status-file` can be written, and makes it empty, so that the result of an earlier
 * run is not taken for the one of this run.
 *
 * @throws {UsageError} where its directory is missing, or it is one itself
 */
export async function prepareStatus(path: string, isShown: boolean, app: App): Promise<void> {
  const full = resolve(app.host.cwd, path);
  const there = await behind(full, app.host);
  if (there?.kind === "directory") throw new UsageError(`--status-file: "${path}" is a directory`);
  if (!there && (await behind(dirname(full), app.host))?.kind !== "directory") {
    throw new UsageError(`--status-file: there is no directory "${dirname(full)}"`);
  }
  // A pipe or a device has no earlier content.
  if (isShown || there && there.kind !== "file") return;
  const effect = { kind: "write", path: full, text: "", mode: 0o644 } as const;
  await applySteps(app, [{ title: `Empty ${path}`, effect }], { quiet: true });
}
