/**
 * `launch`, `rebuild` and `configure`.
 *
 * @module
 */
import { NAME_ONLY } from "../../../instance/parts.ts";
import type { App } from "../../command/app.ts";
import { type LifecycleValues, planOptions, runLifecycle } from "../../shared/lifecycle.ts";
import { checkChoice } from "../../shared/sections.ts";

interface RebuildValues extends LifecycleValues {
  readonly resume: boolean;
  readonly "delete-snapshots": boolean;
  readonly "new-address": boolean;
  readonly "reset-profiles": boolean;
  readonly "in-place": boolean;
  readonly "no-return": boolean;
  readonly "keep-failed": boolean;
  readonly "keep-old": boolean;
  readonly back: boolean;
}

interface ConfigureValues extends LifecycleValues {
  readonly resume: boolean;
  readonly all: boolean;
  readonly only: readonly string[];
  readonly check: boolean;
}

/** Parts of a configuration that create the instance, which `configure` does not need. */
const CONFIGURED = NAME_ONLY.filter((part) =>
  part !== "ostype" && part !== "cloud-config" && part !== "instance-name"
);

/** `launch`. */
export async function launch(
  values: LifecycleValues & { readonly resume: boolean },
  files: readonly string[],
  app: App,
): Promise<number> {
  return await runLifecycle(
    {
      name: "launch",
      again: "--resume",
      records: true,
      needs: { images: true, holders: true, journals: values.resume, releases: true },
      options: planOptions(values),
      planner: async () => (await import("../../../plan/lifecycle/launch.ts")).planLaunch,
    },
    values,
    files,
    app,
  );
}

/** `rebuild`. */
export async function rebuild(values: RebuildValues, files: readonly string[], app: App): Promise<number> {
  return await runLifecycle(
    {
      name: "rebuild",
      again: "--resume",
      records: !values.back,
      needs: {
        images: true,
        holders: true,
        journals: values.resume,
        snapshots: true,
        zfsSnapshots: values.resume,
        dataSnapshots: !values.back,
        accounts: !values.back && (values.resume ? "unless noted" : true),
      },
      options: {
        ...planOptions(values),
        deleteSnapshots: values["delete-snapshots"],
        newAddress: values["new-address"],
        resetProfiles: values["reset-profiles"],
        inPlace: values["in-place"],
        noReturn: values["no-return"],
        keepFailed: values["keep-failed"],
        keepOld: values["keep-old"],
      },
      planner: async () =>
        values.back
          ? (await import("../../../plan/lifecycle/spares.ts")).planBack
          : (await import("../../../plan/lifecycle/rebuild.ts")).planRebuild,
    },
    values,
    files,
    app,
  );
}

/** `prune`. */
export async function prune(values: LifecycleValues, files: readonly string[], app: App): Promise<number> {
  return await runLifecycle(
    {
      name: "prune",
      daemonOnly: true,
      without: NAME_ONLY,
      needs: {},
      options: planOptions(values),
      planner: async () => (await import("../../../plan/lifecycle/spares.ts")).planPrune,
    },
    values,
    files,
    app,
  );
}

/** `configure`. */
export async function configure(
  values: ConfigureValues,
  files: readonly string[],
  app: App,
): Promise<number> {
  await checkChoice(values);
  return await runLifecycle(
    {
      name: "configure",
      again: "--resume",
      records: true,
      daemonOnly: true,
      addresses: true,
      without: CONFIGURED,
      needs: { journals: true, releases: true },
      options: { ...planOptions(values), check: values.check },
      planner: async () => (await import("../../../plan/lifecycle/configure.ts")).planConfigure,
    },
    values,
    files,
    app,
  );
}
