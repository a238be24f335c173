/**
 * What `rename` does.
 *
 * @module
 */
import { LxopsError } from "../../errors.ts";
import { planRename } from "../../plan/rename.ts";
import { renamePaths } from "../../plan/rename_filesystems.ts";
import type { Target, World } from "../../plan/world.ts";
import type { App } from "../app.ts";
import { type LifecycleValues, planOptions, runLifecycle, targetsOf } from "../lifecycle.ts";

/** `rename`. */
export async function rename(
  values: LifecycleValues,
  [file, name]: readonly string[],
  app: App,
): Promise<number> {
  const [renamed] = await targetsOf({ ...values, name: name! }, [file!], app);
  return await runLifecycle(
    {
      name: "rename",
      others: [renamed!],
      needs: {
        allProjects: true,
        snapshots: true,
        zfsSnapshots: true,
        trees: true,
        volumesOf: () => [renamed!],
        paths: (_target, datasets) => pathsOf(renamed!, datasets),
      },
      options: { ...planOptions(values), renamed: renamed! },
      planner: () => Promise.resolve(planRename),
    },
    values,
    [file!],
    app,
  );
}

/** A layout that is wrong is reported by the planner. */
function pathsOf(renamed: Target, datasets: World["datasets"]): readonly string[] {
  try {
    return renamePaths(renamed, datasets);
  } catch (error) {
    if (error instanceof LxopsError) return [];
    throw error;
  }
}
