/**
 * `launch`, `rebuild` and `configure`.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";
import { parseSize } from "../../../base/sizes.ts";
import { plainDirectories } from "../../../instance/kinds.ts";
import { NAME_ONLY } from "../../../instance/parts.ts";
import { partialOf, replacedOf } from "../../../plan/commands/copy.ts";
import type { RebuildOptions } from "../../../plan/lifecycle/rebuild/rebuild.ts";
import type { PlanOptions, Target } from "../../../plan/world.ts";
import type { App } from "../../command/app.ts";
import {
  type Lifecycle,
  type LifecycleValues,
  planOptions,
  runLifecycle,
} from "../../shared/lifecycle/lifecycle.ts";
import { fileSources } from "../../places/file_sources.ts";
import { checkChoice } from "../../shared/sections.ts";

/** Values of the flags of `launch`. */
export type LaunchValues = LifecycleValues & { readonly resume: boolean };

/** Values of the flags of `rebuild`. */
export interface RebuildValues extends LifecycleValues {
  readonly resume: boolean;
  readonly "delete-snapshots": boolean;
  readonly "new-address": boolean;
  readonly "reset-profiles": boolean;
  readonly "in-place": boolean;
  readonly "no-return": boolean;
  readonly "keep-failed": boolean;
  readonly "keep-old": boolean;
  readonly back: boolean;
  readonly "undo-data": boolean;
  readonly "max-copy": string;
  readonly "no-loss"?: boolean;
}

interface ConfigureValues extends LifecycleValues {
  readonly resume: boolean;
  readonly all: boolean;
  readonly only: readonly string[];
  readonly check: boolean;
}

/** Parts of a configuration that create the instance, which `configure` does not need. */
const CONFIGURED = NAME_ONLY.filter((part) =>
  !["ostype", "cloud-config", "environment", "instance-name"].includes(part)
);

/** Runs `launch`. */
export async function launch(
  values: LaunchValues,
  operands: readonly string[],
  app: App,
): Promise<number> {
  // An instance that is named is there already.
  const sources = operands.length > 0
    ? operands
    : (await fileSources({ command: "launch" }, operands, values, app)).sources;
  return await runLifecycle(launchLifecycle(values, app), values, sources, app);
}

/** Returns the lifecycle of `launch`. */
export function launchLifecycle(values: LaunchValues, app: App): Lifecycle<PlanOptions> {
  return {
    name: "launch",
    word: "launched",
    again: "--resume",
    summary: true,
    records: true,
    beside: async (targets, world) =>
      (await import("../../shared/lifecycle/left_profiles.ts")).leftBeside({ targets, world }, values, app),
    needs: { images: true, holders: true, journals: values.resume, releases: true },
    options: planOptions(values),
    planner: async () => (await import("../../../plan/lifecycle/launch.ts")).planLaunch,
  };
}

/** Runs `rebuild`. */
export async function rebuild(values: RebuildValues, operands: readonly string[], own: App): Promise<number> {
  const lifecycle = rebuildLifecycle(values);
  if (values.resume) await daemonIsBack(own);
  const { sources, app } = await fileSources({ command: "rebuild" }, operands, values, own);
  return await runLifecycle(lifecycle, values, sources, app);
}

/**
 * Returns the lifecycle of `rebuild`.
 *
 * @throws {UsageError} where flags contradict each other
 */
export function rebuildLifecycle(values: RebuildValues): Lifecycle<RebuildOptions> {
  const undo = undoOptions(values);
  const looksAtData = values.resume || undo.undoData !== undefined;
  return {
    name: "rebuild",
    word: "rebuilt",
    again: "--resume",
    summary: true,
    records: !values.back,
    ...(undo.undoData ? { replaces: { data: "stays" } as const } : {}),
    ...(values.back ? { swapsBack: true as const } : {}),
    needs: {
      images: true,
      holders: true,
      journals: values.resume,
      snapshots: true,
      zfsSnapshots: looksAtData,
      dataSnapshots: !values.back,
      room: !values.back && !values["in-place"],
      ...(looksAtData ? { trees: true, paths: undoPaths } : {}),
      ...(undo.undoData ? { bytes: true } : {}),
      accounts: !values.back && (values.resume ? "unless noted" : true),
      loss: !values.back && !values.resume,
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
      ...undo,
    },
    ...(values.back || values.resume ? {} : {
      inside: async (targets, world, server) =>
        await (await import("./loss.ts")).lossNotes(targets, world, server, values["no-loss"] ?? false),
      notesLater: !values["no-loss"],
    }),
    planner: async () =>
      values.back
        ? (await import("../../../plan/lifecycle/rebuild/spares.ts")).planBack
        : (await import("../../../plan/lifecycle/rebuild/rebuild.ts")).planRebuild,
  };
}

/** Waits for a daemon that restarts, which may be why an earlier run failed. */
export async function daemonIsBack(app: App): Promise<void> {
  const { untilReady } = await import("../../../run/wait/away.ts");
  await untilReady(
    async () => await (await app.server()).server(),
    app.signal,
    () => app.complain("note: the daemon is not ready; trying for a minute"),
  );
}

/** Reads the flags about restored data. */
function undoOptions(values: RebuildValues): Pick<PlanOptions, "undoData" | "maxCopy"> {
  const { "undo-data": undoData, "max-copy": size } = values;
  if (!undoData) {
    if (size !== "") throw new UsageError("--max-copy can be used only with --undo-data");
    return {};
  }
  const other = (["in-place", "no-return"] as const).find((flag) => values[flag]);
  if (other !== undefined) {
    throw new UsageError(
      `--undo-data cannot be used with -${other}, with which the old instance does not come back`,
    );
  }
  const maxCopy = size === "" ? undefined : parseSize(size);
  if (size !== "" && maxCopy === undefined) {
    throw new UsageError(`--max-copy needs a size such as 500MiB or 2GiB, not "${size}"`);
  }
  return { undoData, ...(maxCopy === undefined ? {} : { maxCopy }) };
}

/** Returns the paths beside plain directories that a return of data uses. */
function undoPaths({ instance }: Target): readonly string[] {
  return plainDirectories(instance.filesystems).flatMap((path) => [partialOf(path), replacedOf(path)]);
}

/** Runs `prune`. */
export async function prune(values: LifecycleValues, operands: readonly string[], own: App): Promise<number> {
  const { sources, app } = await fileSources({ command: "prune" }, operands, values, own);
  const isLocal = await app.isLocal();
  return await runLifecycle(
    {
      name: "prune",
      word: "pruned",
      // Snapshots of directories elsewhere are not looked at.
      daemonOnly: !isLocal,
      without: NAME_ONLY,
      needs: { holders: true, zfsSnapshots: true, trees: isLocal },
      options: planOptions(values),
      planner: async () => (await import("../../../plan/lifecycle/rebuild/spares.ts")).planPrune,
    },
    values,
    sources,
    app,
  );
}

/** Runs `configure`. */
export async function configure(
  values: ConfigureValues,
  operands: readonly string[],
  own: App,
): Promise<number> {
  // A directory has a script besides its files.
  await checkChoice(values, ["bootstrap"]);
  const { sources, app } = await fileSources({ command: "configure" }, operands, values, own);
  return await runLifecycle(
    {
      name: "configure",
      word: "configured",
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
    sources,
    app,
  );
}
