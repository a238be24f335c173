/**
 * `delete` and `destroy`.
 *
 * @module
 */
import { EXISTING, NAME_ONLY } from "../../../instance/parts.ts";
import type { DeleteOptions } from "../../../plan/lifecycle/delete.ts";
import { remaining } from "../../../plan/storage/describe.ts";
import type { App } from "../../command/app.ts";
import { fileSources } from "../../places/file_sources.ts";
import {
  type Lifecycle,
  type LifecycleValues,
  planOptions,
  runLifecycle,
} from "../../shared/lifecycle/lifecycle.ts";

interface DeleteValues extends LifecycleValues {
  readonly "must-exist": boolean;
}

/** Values of the flags of `destroy`. */
export interface DestroyValues extends DeleteValues {
  readonly y: boolean;
}

function deleteOptions(values: DeleteValues): DeleteOptions {
  return { ...planOptions(values), mustExist: values["must-exist"], named: values.name !== "" };
}

/** Runs `delete`. */
export async function deleteInstances(
  values: DeleteValues,
  operands: readonly string[],
  own: App,
): Promise<number> {
  const { sources, app } = await fileSources({ command: "delete" }, operands, values, own);
  return await runLifecycle(
    {
      name: "delete",
      word: "deleted",
      daemonOnly: true,
      without: NAME_ONLY,
      needs: { zfsSnapshots: true, sizes: true },
      options: deleteOptions(values),
      planner: async () => (await import("../../../plan/lifecycle/delete.ts")).planDelete,
      result: remaining,
    },
    values,
    sources,
    app,
  );
}

/** Runs `destroy`. */
export async function destroy(values: DestroyValues, operands: readonly string[], own: App): Promise<number> {
  const { sources, app } = await fileSources({ command: "destroy" }, operands, values, own);
  return await runLifecycle(destroyLifecycle(values), values, sources, app);
}

/** Returns the lifecycle of `destroy`. */
export function destroyLifecycle(values: DestroyValues): Lifecycle<DeleteOptions> {
  return {
    name: "destroy",
    replaces: { data: "goes", destroyed: true },
    word: "destroyed",
    without: EXISTING,
    needs: { allProjects: true, zfsSnapshots: true, sizes: true, trees: true },
    options: deleteOptions(values),
    planner: async () => (await import("../../../plan/lifecycle/delete.ts")).planDestroy,
    ...(values.y ? {} : { question: "Destroy these?" }),
  };
}
