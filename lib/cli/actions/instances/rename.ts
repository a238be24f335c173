/**
 * The command `rename`.
 *
 * @module
 */
import { LxopsError } from "../../../base/errors.ts";
import { EXISTING } from "../../../instance/parts.ts";
import { planRename } from "../../../plan/lifecycle/rename.ts";
import { renamePaths } from "../../../plan/storage/rename.ts";
import type { Target, World } from "../../../plan/world.ts";
import type { App } from "../../command/app.ts";
import { fileSources } from "../../places/file_sources.ts";
import { type LifecycleValues, planOptions, runLifecycle } from "../../shared/lifecycle/lifecycle.ts";
import { targetsOf } from "../../shared/lifecycle/look.ts";
import { recallAt } from "../../shared/lifecycle/recall.ts";

/** The new name is one of an instance. */
const WITHOUT = EXISTING.filter((part) => part !== "instance-name");

/** Runs `rename`. */
export async function rename(
  values: LifecycleValues,
  [operand, name]: readonly string[],
  own: App,
): Promise<number> {
  const { sources, app } = await fileSources({ command: "rename" }, [operand!], values, own);
  const [source] = sources;
  const { file, ...meant } = typeof source === "string" ? { file: source } : source!;
  const from = { ...values, ...meant };
  // It keeps its recorded options; no instance has the new name yet.
  const recall = recallAt(app);
  const [renamed] = await targetsOf(
    { ...from, name: name! },
    [file],
    app,
    {
      without: WITHOUT,
      recall: async (ref, ownName) => ({
        ...await recall(ref, ownName),
        ...await recall({ ...ref, name: from.name || ownName }, ownName),
      }),
    },
  );
  return await runLifecycle(
    {
      name: "rename",
      without: WITHOUT,
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
      settles: true,
      replaces: { data: "stays" },
      planner: () => Promise.resolve(planRename),
    },
    from,
    [file],
    app,
  );
}

/** Returns the paths of a layout; none where it is wrong, which the planner reports. */
function pathsOf(renamed: Target, datasets: World["datasets"]): readonly string[] {
  try {
    return renamePaths(renamed, datasets);
  } catch (error) {
    if (error instanceof LxopsError) return [];
    throw error;
  }
}
