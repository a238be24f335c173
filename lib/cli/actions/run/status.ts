/**
 * The file for the end of a run, before its instance is made.
 *
 * @module
 */
import { dirname, resolve } from "@std/path";
import { EXIT, InterruptedError, UsageError } from "../../../base/errors.ts";
import { behind } from "../../../run/targets/directories.ts";
import type { App } from "../../command/app.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { codeOf, RunError, writeStatus } from "./ended.ts";

/**
 * Checks that the file of `--status-file` can be written, and makes it empty, so that the result of an earlier
 * run is not taken for the one of this run.
 *
 * @throws {UsageError} where its directory is missing, or it is one itself
 */
async function prepareStatus(path: string, isShown: boolean, app: App): Promise<void> {
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

/**
 * Carries out a run, and writes its end into the file of `--status-file` also where it fails before its plan begins:
 * the name of the instance is empty then.
 *
 * @throws {UsageError} where the file cannot be written
 */
export async function withStatus<T>(
  path: string,
  isShown: boolean,
  app: App,
  carryOut: () => Promise<T>,
): Promise<T> {
  await prepareStatus(path, isShown, app);
  try {
    return await carryOut();
  } catch (error) {
    // A plan that failed has written its end.
    if (!isShown && !(error instanceof RunError)) {
      const code = error instanceof InterruptedError ? codeOf(app.signal.reason) : EXIT.exec;
      // The failure of the run matters more than that of its file.
      await writeStatus(path, "", { code, by: "lxops" }, app).catch(() => {});
    }
    throw error;
  }
}
