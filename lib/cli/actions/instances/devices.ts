/**
 * `create-devices`, `extract` and `create-profile`.
 *
 * @module
 */
import { EXISTING, type Part } from "../../../instance/parts.ts";
import type { App } from "../../command/app.ts";
import { type LifecycleValues, planOptions, runLifecycle } from "../../shared/lifecycle/lifecycle.ts";

/** Parts of a configuration that only an instance needs, and its directories do not. */
const DIRECTORIES: readonly Part[] = ["ostype", "cloud-config", "instance-name"];

/** Runs `create-devices`. */
export async function createDevices(
  values: LifecycleValues,
  files: readonly string[],
  app: App,
): Promise<number> {
  return await runLifecycle(
    {
      name: "create-devices",
      without: [...DIRECTORIES, "image"],
      needs: { allProjects: true, images: true, trees: true },
      options: planOptions(values),
      planner: async () => (await import("../../../plan/lifecycle/devices.ts")).planCreateDevices,
    },
    values,
    files,
    app,
  );
}

/** Runs `extract`. */
export async function extract(values: LifecycleValues, files: readonly string[], app: App): Promise<number> {
  return await runLifecycle(
    {
      name: "extract",
      replaces: { data: "stays" },
      without: [...DIRECTORIES, "source"],
      needs: { allProjects: true, images: true, emptyDirectories: true, trees: true },
      options: planOptions(values),
      planner: async () => (await import("../../../plan/lifecycle/devices.ts")).planExtract,
    },
    values,
    files,
    app,
  );
}

/** Runs `create-profile`. */
export async function createProfile(
  values: LifecycleValues,
  files: readonly string[],
  app: App,
): Promise<number> {
  return await runLifecycle(
    {
      name: "create-profile",
      records: true,
      without: EXISTING,
      needs: { holders: true },
      options: planOptions(values),
      planner: async () => (await import("../../../plan/lifecycle/devices.ts")).planCreateProfile,
      result: ({ instance }) => `${instance.ownProfile}\n`,
    },
    values,
    files,
    app,
  );
}
