/**
 * Lookups of the `-P` properties that an instance was created with.
 *
 * @module
 */
import { LxopsError, refuse } from "../../../base/errors.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import type { Recall } from "../../../run/targets/options.ts";
import type { App } from "../../command/app.ts";

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
        import("../../../plan/checks/remembered.ts"),
        ask(project || "default"),
      ]);
      return noted(instances, name);
    } catch (error) {
      if (error instanceof LxopsError) return {};
      throw error;
    }
  };
}

/** A recall that can be asked once more whether its answers hold. */
export interface CheckedRecall {
  readonly recall: Recall;
  /**
   * Checks that all answers are the same still.
   *
   * @throws {StateError} where another run has changed one meanwhile
   */
  check(): Promise<void>;
}

/** Makes a recall whose answers can be checked once instances are locked. */
export function checkedRecall(recall: Recall): CheckedRecall {
  const told: { readonly asked: Parameters<Recall>; readonly answer: string }[] = [];
  return {
    async recall(...asked) {
      const found = await recall(...asked);
      told.push({ asked, answer: JSON.stringify(found) });
      return found;
    },
    async check() {
      for (const { asked, answer } of told) {
        if (JSON.stringify(await recall(...asked)) === answer) continue;
        throw refuse(
          `The properties of instance "${asked[0].name}" changed a moment ago`,
          "another lxops worked on it",
          ["Run the same command again"],
          "locked",
        );
      }
    },
  };
}
