/**
 * Lookups of the `-P` properties that an instance was created with.
 *
 * @module
 */
import { LxopsError } from "../../base/errors.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import type { Recall } from "../../run/targets/targets.ts";
import type { App } from "../command/app.ts";

/** Returns a lookup that asks the daemon of an app for the `-P` properties noted on instances. */
export function recallAt(app: App): Recall {
  return recallOf(async (project) => await (await app.server()).instances(project));
}

/**
 * Makes a recall of instances that are asked for. A daemon that cannot be asked says so when it is asked for what cannot
 * be done without.
 */
export function recallOf(ask: (project: string) => Promise<readonly InstanceInfo[]>): Recall {
  return async ({ project, name }) => {
    try {
      const [{ noted }, instances] = await Promise.all([
        import("../../plan/checks/remembered.ts"),
        ask(project || "default"),
      ]);
      return noted(instances, name);
    } catch (error) {
      if (error instanceof LxopsError) return {};
      throw error;
    }
  };
}
