/**
 * `launch()`, `rebuild()` and `destroy()`.
 *
 * @module
 */
import type { AnyValues, LeafCommand } from "../cli/command/command.ts";
import type { App } from "../cli/command/app.ts";
import type { Lifecycle, LifecycleValues } from "../cli/shared/lifecycle/lifecycle.ts";
import type { PlanOptions } from "../plan/world.ts";
import { call } from "./call.ts";
import type { Client } from "./client.ts";
import { failedError } from "./errors.ts";
import type { ChangeOptions, DestroyOptions, LaunchOptions, RebuildOptions } from "./options.ts";
import { valuesOf } from "./values.ts";

/** An instance that a call was about. */
export interface InstanceResult {
  /** Name of the instance. */
  readonly name: string;
  /** Its project. */
  readonly project: string;
  /** Path of its configuration, as it was given. */
  readonly file: string;
  /** Its address; absent where it was not waited for, or has none. */
  readonly address?: string;
}

/** Configuration files, and directories with such files. */
export type Files = string | readonly string[];

/**
 * Creates, starts and configures the instances of configurations, as `lxops launch` does.
 *
 * ```ts
 * import { incus, launch, open } from "@lxops/lxops";
 *
 * const client = open({ backend: incus });
 * const [php] = await launch(client, "php.yaml", { name: "php1", undoOnFailure: true });
 * console.log(php?.address);
 * ```
 *
 * @throws {ConfigError} where files are wrong: nothing was changed
 * @throws {StateError} where the instance exists, or is locked by another lxops: nothing was changed
 * @throws {UsageError} where options contradict each other: nothing was changed
 * @throws {ServerError} where the daemon does not answer, or refuses to: nothing was changed
 * @throws {InterruptedError} where `signal` aborts before the first change
 * @throws {FailedError} where it failed after that
 */
export async function launch(
  client: Client,
  files: Files,
  options: LaunchOptions = {},
): Promise<readonly InstanceResult[]> {
  return await change(client, "launch", files, options);
}

/**
 * Replaces the root filesystems of instances by new ones, as `lxops rebuild` does. Addresses, profiles, devices and data
 * are kept; where it fails, the old instance comes back.
 *
 * ```ts
 * import { incus, open, rebuild } from "@lxops/lxops";
 *
 * await rebuild(open({ backend: incus }), "php.yaml", { name: "php1", keepOld: true });
 * ```
 *
 * @throws {LxopsError} one of the classes that `launch()` names
 */
export async function rebuild(
  client: Client,
  files: Files,
  options: RebuildOptions = {},
): Promise<readonly InstanceResult[]> {
  return await change(client, "rebuild", files, options);
}

/**
 * Deletes instances, their profiles, and those of their filesystems whose configuration says `destroy: true`, as
 * `lxops destroy` does. It asks nothing.
 *
 * ```ts
 * import { destroy, incus, open } from "@lxops/lxops";
 *
 * await destroy(open({ backend: incus }), "php.yaml", { name: "php1", force: true });
 * ```
 *
 * @throws {LxopsError} one of the classes that `launch()` names
 */
export async function destroy(
  client: Client,
  files: Files,
  options: DestroyOptions = {},
): Promise<readonly InstanceResult[]> {
  return await change(client, "destroy", files, options);
}

/** A command that changes instances. */
export interface Change {
  readonly command: LeafCommand;
  /** Returns what it does. */
  readonly lifecycle: (values: AnyValues, app: App) => Promise<Lifecycle<PlanOptions>>;
}

/** The commands by name; each is loaded when it is called. */
export const CHANGES = {
  launch: async (): Promise<Change> => {
    const [{ launch }, { launchLifecycle }] = await Promise.all([
      import("../cli/commands/instances/launch.ts"),
      import("../cli/actions/instances/launch.ts"),
    ]);
    return {
      command: launch,
      lifecycle: (values, app) =>
        Promise.resolve(launchLifecycle(values as unknown as Parameters<typeof launchLifecycle>[0], app)),
    };
  },
  rebuild: async (): Promise<Change> => {
    const [{ rebuild }, { daemonIsBack, rebuildLifecycle }] = await Promise.all([
      import("../cli/commands/instances/launch.ts"),
      import("../cli/actions/instances/launch.ts"),
    ]);
    return {
      command: rebuild,
      lifecycle: async (values, app) => {
        const lifecycle = rebuildLifecycle(values as unknown as Parameters<typeof rebuildLifecycle>[0]);
        if (values["resume"]) await daemonIsBack(app);
        return lifecycle as unknown as Lifecycle<PlanOptions>;
      },
    };
  },
  destroy: async (): Promise<Change> => {
    const [{ destroy }, { destroyLifecycle }] = await Promise.all([
      import("../cli/commands/instances/delete.ts"),
      import("../cli/actions/instances/delete.ts"),
    ]);
    return {
      command: destroy,
      lifecycle: (values) =>
        Promise.resolve(
          destroyLifecycle(
            { ...values, y: true } as unknown as Parameters<typeof destroyLifecycle>[0],
          ) as unknown as Lifecycle<PlanOptions>,
        ),
    };
  },
} as const satisfies Readonly<Record<string, () => Promise<Change>>>;

/** Returns the paths of configurations. */
export function listOf(files: Files): readonly string[] {
  return typeof files === "string" ? [files] : files;
}

async function change(
  client: Client,
  name: keyof typeof CHANGES,
  files: Files,
  options: ChangeOptions,
): Promise<readonly InstanceResult[]> {
  return await call(client, options, async ({ app, taken }) => {
    const [{ command, lifecycle }, { carryOut }] = await Promise.all([
      CHANGES[name](),
      import("../cli/shared/lifecycle/lifecycle.ts"),
    ]);
    const values = valuesOf(command, options);
    const doing = await lifecycle(values, app);
    const all = values as unknown as LifecycleValues;
    const outcome = await carryOut(doing, all, listOf(files), app);
    if (outcome.failures.length > 0) {
      const { errorsOf } = await import("../cli/shared/lifecycle/outcome.ts");
      throw failedError(outcome.failures, await errorsOf(outcome, doing, all, app));
    }
    return outcome.targets.map(({ instance: { name, project, file } }) => {
      const address = taken.addresses.get(name);
      return { name, project: project || "default", file, ...(address === undefined ? {} : { address }) };
    });
  });
}
